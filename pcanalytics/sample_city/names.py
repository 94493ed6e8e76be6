"""Given names, surnames and nicknames of the made-up people, by the groups that families of the city come from.

The lists are composed for the city; names are put together by chance. Some are there because software trips over them:
Null, Nan, True, None, names with accents, apostrophes, hyphens and spaces.
"""

from __future__ import annotations

GROUPS = ("white", "black", "hispanic", "asian", "american_indian", "other")

FEMALE = (
    """Abigail Alice Amy Andrea Angela Anna Ashley Audrey Barbara Bethany Brenda Brooke Caitlin Carol Catherine Christine
    Claire Colleen Cynthia Deborah Diane Donna Dorothy Elizabeth Ellen Emily Erin Gail Grace Hannah Heather Heidi
    Helen Holly Ingrid Janet Jennifer Jill Joan Judith Julie Karen Kathleen Kelly Kimberly Kristin Laura Lauren Linda
    Lisa Lori Margaret Marie Mary Megan Melissa Molly Nancy Natalie Nicole Pamela Patricia Rachel Rebecca Rose Ruth
    Samantha Sandra Sarah Sharon Sheila Sigrid Stephanie Susan Tammy Teresa Tina Tracy Valerie Vera Victoria Virginia
    Wendy Zoe""",
    """Aaliyah Alicia Amani Angela Asia Bernice Bianca Brianna Camille Candace Charlene Cheryl Chanel Crystal Danielle
    Darlene Denise Destiny Diamond Dominique Ebony Erica Felicia Gwendolyn Imani Jada Jasmine Joyce Kayla Kenya Keisha
    Kiara Lakisha Latoya Loretta Makayla Marcella Maya Mercy Monique Naomi Nia Octavia Pearl Precious Raven Renee
    Rochelle Ruby Sabrina Sade Serena Shanice Shantel Sharonda Simone Tamara Tanisha Tasha Tiana Vanessa Vivian
    Yolanda Yvonne Zaria""",
    """Adriana Alejandra Alma Ana Araceli Beatriz Blanca Camila Carmen Carolina Catalina Cecilia Consuelo Daniela Dolores
    Elena Elvira Esmeralda Esperanza Estela Fernanda Gabriela Gloria Graciela Guadalupe Inés Irma Isabel Josefina
    Juana Leticia Lidia Lorena Lucía Luz Magdalena Marcela Margarita María Maribel Marisol Mercedes Mónica Norma
    Ofelia Paola Patricia Pilar Raquel Rosa Rosario Silvia Sofía Teresa Valentina Verónica Ximena Yesenia Yolanda""",
    """Aiko Anh Anjali Bao Chue Deepa Dua Eun Grace Hana Hoa Houa Jia Kalia Kavita Kazia Lan Li Linh Mai Mei Meena Min
    Nhia Nou Pa Pahoua Panyia Phuong Priya Sakura Seo Sheng Shreya Soua Sua Sunita Thao Thuy True Uma Xia Xiong Yen
    Ying Youa Yuki Yun""",
    """Alma Amber Angeline Autumn Bernadette Carla Cheyenne Dakota Darla Dawn Delphine Faith Georgia Hazel Ivy Jolene
    June Kateri Lena Lorraine Lucille Mabel Marlene Misty Nadine Noelle Opal Raven Rhonda River Rosalie Savannah
    Shania Sierra Skye Sunny Tawny Theresa Velma Willow Winona Yvette""",
    """Amal Amina Ayaan Ayla Bianca Chloe Dalia Ebru Fadumo Farah Fatima Hawa Hodan Ifrah Iman Ines Jamila Katya Khadija
    Layla Leila Lena Malaika Maryam Nadia Nasra Noor Olga Rahma Rania Sagal Sahra Salma Samira Svetlana Tatiana Yasmin
    Zahra Zainab""",
)
MALE = (
    """Aaron Adam Alan Albert Alexander Andrew Anthony Arthur Benjamin Bradley Brandon Brian Bruce Carl Charles
    Christopher Craig Daniel David Dennis Donald Douglas Edward Eric Erik Ethan Eugene Frank Fred Gary George Gerald
    Gordon Gregory Gunnar Harold Henry Howard Jack Jacob James Jason Jeffrey Jeremy Jerry John Jonathan Joseph Joshua
    Justin Keith Kenneth Kevin Kyle Larry Lawrence Leonard Lloyd Mark Martin Matthew Michael Nathan Nicholas Patrick
    Paul Peter Philip Ralph Raymond Richard Robert Roger Ronald Roy Russell Ryan Samuel Scott Sean Stanley Stephen
    Steven Thomas Timothy Todd Travis Tyler Vincent Walter Wayne William Zachary""",
    """Alvin Andre Antoine Antwan Calvin Carlton Cedric Clarence Cornelius Curtis Darius Darnell Darrell Deandre
    Demetrius Derrick Desmond Devin Dominic Donnell Dwayne Earl Elijah Ernest Floyd Gerald Isaiah Jalen Jamal Jamar
    Javon Jerome Jermaine Kareem Kelvin Kendrick Lamar Lamont Leon Leroy Lionel Malcolm Malik Marcus Marquis Maurice
    Melvin Moses Nathaniel Omar Otis Percy Quentin Rashad Reginald Roderick Rodney Roland Roosevelt Rufus Terrance
    Terrell Theodore Tyrone Vernon Warren Wendell Xavier Willie""",
    """Adrián Alberto Alejandro Alfonso Alfredo Andrés Ángel Antonio Armando Arturo Benito César Cristian Diego Eduardo
    Emilio Enrique Ernesto Esteban Felipe Fernando Francisco Gabriel Gerardo Gilberto Guillermo Gustavo Héctor Hugo
    Ignacio Ismael Iván Jaime Javier Jesús Joaquín Jorge José Juan Julio Leonel Lorenzo Luis Manuel Marcos Mario
    Mauricio Miguel Octavio Óscar Pablo Pedro Rafael Ramón Raúl Ricardo Roberto Rodrigo Rogelio Rubén Salvador
    Santiago Saúl Sergio Tomás Vicente Víctor""",
    """Akira Amit An Arjun Bao Binh Blong Cha Chao Cheng Chong Dao Dat Duc Fue Hai Hiroshi Hoang Hung Jin Kao Kenji Khoa
    Kong Koua Lee Long Lue Meng Min Minh Nao Neng Nhia Pao Peng Phong Quan Rahul Rajesh Ravi Sanjay Shoua Sunil Tao
    Teng Thai Tou Tuan Vang Vijay Wei Xeng Yang Yeng Ying Yong""",
    """Aaron Anton August Bernard Clayton Clifford Clyde Cody Colton Dakota Dale Darrin Delbert Dillon Duane Elroy Emmett
    Floyd Francis Garrett Gilbert Hunter Isaac Jarvis Jesse Joel Leland Lester Levi Lyle Marlin Marvin Melvin Merle
    Norman Orville Reuben Rex Roland Silas Stuart Sylvan Talon Trent Vernon Virgil Wade Wesley""",
    """Abdi Abdullahi Ahmed Ali Amir Anatoly Bilal Boris Dmitri Faisal Farhan Hamza Hassan Hussein Ibrahim Idris Igor
    Ismail Jamal Karim Khalid Liban Mahad Mahmoud Mikhail Mohamed Mustafa Nabil Nikolai Omar Oleg Osman Rashid Said
    Salim Samir Sergei Tariq Viktor Yasin Yusuf Zaki""",
)
SURNAMES = (
    """Abbott Adler Albrecht Anders Ashby Atwood Bachman Bailey Barlow Becker Bennett Berglund Bishop Blackwood Boyd
    Brandt Brewer Briggs Burke Byrne Calloway Carlsen Carver Casey Chandler Clancy Clifford Conley Corbett Crane Dahl
    Dalton Dawson Decker Devlin Dolan Drake Duffy Dunn Eklund Ellison Engel Fairbanks Farrell Finch Fischer Fleming
    Foley Foss Fowler Frost Gallagher Garner Gibbs Grady Granger Gruber Haas Hagen Halvorsen Hanley Harmon Hartley
    Haugen Heller Hendricks Hobbs Holm Holloway Huber Hughes Iverson Janssen Jensen Kaplan Keane Keller Kemp Kessler
    Kirby Klein Knudsen Koch Kowalski Kramer Krueger Lang Larkin Larsen Lindgren Lombardi Lund Lynch MacLeod Madsen
    Malone Marsh McAllister McBride McCabe McGraw Mercer Meyer Moran Nash Nelson Nielsen Nolan Norris Novak Nyberg
    O'Brien O'Dell O'Rourke Olsen Oster Pape Parrish Pawlak Peck Pelletier Penrose Pratt Quigley Quinn Radke Reardon
    Reuter Rhodes Ritter Romano Rossi Rowe Ryan Sadler Sandberg Schaefer Schmidt Schroeder Seidel Shaw Sheridan
    Skoglund Snyder Sorensen Spencer Stark Stein Stoltz Strand Sutton Swenson Thorne Tierney Tobin Torvik Tucker Turek
    Vance Vogel Wagner Walsh Weaver Webb Weiss Welch Wendt Whitaker Wilder Wolfe Wynn Yates Yoder Zeller Zielinski
    Åkesson St.~Clair Van~Dyke De~Luca Null""",
    """Allen Anderson Arrington Bagley Banks Barnes Battle Beasley Benson Blackmon Bolden Booker Boone Bradshaw Braxton
    Bridges Broadnax Brooks Broussard Bryant Byrd Caldwell Carter Chambers Chatman Childs Coleman Cooper Covington
    Crawford Crump Daniels Davis Dawkins Dixon Dorsey Douglas Easley Ellis Emerson Evans Fields Fleming Flowers
    Franklin Frazier Gaines Gaston Gilliam Glover Goodwin Grant Greene Griffin Hairston Hampton Hardy Harris Hayes
    Henderson Holmes Hopkins Howard Hubbard Ingram Ivory Jackson James Jefferson Jenkins Johnson Jones Jordan Joyner
    Kendrick Kincaid Lattimore Lewis Lockett Mack Malone Manning Massey Mays McCoy McNeil Merriweather Miles Mitchell
    Moody Moore Mosley Myles Newsome Nixon Odom Parker Patterson Perkins Pettway Poole Porter Pruitt Randle Reed
    Reynolds Riggins Robinson Roundtree Rucker Sanders Scruggs Shelton Simmons Singletary Slaughter Spears Stokes
    Talley Taylor Thigpen Thompson Tillman Townsend Turner Tyler Vaughn Walker Ward Washington Watkins Weathers
    Whitfield Wiggins Wilkins Williams Winfield Womack Woodard Wright Wyatt Young True""",
    """Acosta Aguilar Aguirre Alarcón Alvarado Álvarez Amador Aragón Arce Ávila Ayala Báez Barrera Barrios Becerra
    Beltrán Bravo Bustamante Caballero Cabrera Calderón Camacho Campos Cantú Cárdenas Carrillo Castañeda Castillo
    Cavazos Cervantes Chávez Cisneros Colón Contreras Córdova Coronado Cortez Cuevas Delgado Díaz Domínguez Durán
    Echeverría Elizondo Escalante Escobar Espinoza Esquivel Estrada Farías Fernández Figueroa Flores Fuentes Galindo
    Gallegos Galván Gámez García Garza Gómez González Guerrero Gutiérrez Guzmán Hernández Herrera Hidalgo Huerta
    Ibarra Jiménez Juárez Lara León Lozano Lucero Luna Macías Maldonado Marín Márquez Martínez Medina Mejía Meléndez
    Méndez Mendoza Mercado Meza Molina Montaño Montoya Morales Muñoz Nájera Navarro Nieto Núñez Ocampo Ochoa Olivares
    Orozco Ortega Ortiz Pacheco Padilla Palacios Paredes Peña Peralta Pineda Ponce Prado Quintana Quiroz Ramírez
    Rangel Renteria Reyes Ríos Rivera Robles Rocha Rodríguez Rojas Romero Rosales Ruiz Salas Salazar Saldaña Sánchez
    Sandoval Santana Sepúlveda Serrano Sierra Solís Sosa Suárez Tafoya Téllez Torres Treviño Trujillo Urbina Valdez
    Valencia Valenzuela Vargas Vásquez Vega Velasco Vela Villalobos Villanueva Zamora Zapata Zúñiga De~la~Cruz De~León
    Martínez-Vega""",
    """Agarwal Bui Cha Chang Chao Chen Cheng Cheung Choi Chu Dang Desai Dinh Do Fang Fong Gupta Ha Hang Her Ho Hong Huang
    Iyer Jain Jung Kang Khang Kim Kong Kue Kumar Kwon Lam Lau Le Lee Li Lim Lin Liu Lor Luong Ma Mehta Moua Nakamura
    Nan Ngo Nguyen Nair Ong Park Patel Pha Pham Phan Rao Reddy Saito Sato Shah Sharma Shin Singh Song Suzuki Takahashi
    Tan Tang Thao Thor Tran Truong Vang Vo Vu Vue Wang Watanabe Wong Wu Xiong Xu Yang Yoon Yu Zhang Zhao""",
    """Antelope Baptiste Bearheart Bellanger Big~Sky Blackbird Blue~Earth Bluestone Brightwater Bushy Cadotte Cloud Crow
    Day Deerfoot Desjarlait Downwind Eagleman Fairbanks Fasthorse Fineday Goodsky Gray~Cloud Graywolf Hawk Headbird
    Jourdain Kingbird LaDuke LaFontaine LaRoque Littlebird Littlewolf Longtree Lussier Martin Morin Morningstar
    Northbird Northrup Pemberton Redcloud Redwing Roy Sayers Shabaiash Skinaway Smallwood Snow St.~Germaine
    Standingcloud Stillday Strong Sutherland Swiftwater Thunder Treuer Two~Hearts Wadena Warren Weaver White
    Whitecloud Whitefeather Wind Yellowhammer None""",
    """Abdi Abdullah Ahmed Ali Aziz Baker Barre Bashir Carvalho Cohen Dahir Demir Diallo Dimitrov Elmi Farah Fofanah Gedi
    Haddad Haji Hakim Hamdan Hassan Hersi Hussein Ibrahim Isse Ivanov Jama Jibril Kamara Kaya Khalil Khan Kiprono
    Koroma Kovalenko Mahmoud Mansour Mensah Mohamud Mohammed Morozov Mwangi Nasser Nur Odhiambo Okafor Okonkwo Omar
    Osman Petrov Popov Qureshi Rahman Rashid Said Saleh Samatar Shire Sokolov Tesfaye Toure Warsame Yilmaz Yusuf Zaman""",
)
NICKNAMES = dict(
    pair.split(":")
    for pair in """Abigail:Abby Albert:Al Alejandro:Alex Alexander:Alex Alfredo:Fredo Andrew:Andy Anthony:Tony Antonio:Tony
    Arthur:Art Barbara:Barb Benjamin:Ben Bradley:Brad Catherine:Cathy Charles:Chuck Cheryl:Cher Christine:Chris
    Christopher:Chris Clarence:Clay Consuelo:Connie Cornelius:Neil Cynthia:Cindy Daniel:Danny David:Dave
    Deborah:Debbie Demetrius:Meech Donald:Don Dorothy:Dot Douglas:Doug Eduardo:Eddie Edward:Ed Elijah:Eli
    Elizabeth:Liz Enrique:Rick Eugene:Gene Felicia:Fee Fernando:Nando Francisco:Frank Gabriela:Gabby Gerald:Jerry
    Gregory:Greg Guadalupe:Lupe Guillermo:Memo Harold:Hal Henry:Hank Ignacio:Nacho Isaiah:Zay Jacob:Jake James:Jim
    Jeffrey:Jeff Jennifer:Jen Jermaine:Jay Jesús:Chuy John:Jack Jonathan:Jon José:Pepe Joseph:Joe Joshua:Josh
    Judith:Judy Kathleen:Kathy Kenneth:Ken Kimberly:Kim Lawrence:Larry Leonard:Len Leticia:Letty Manuel:Manny
    Margaret:Peggy Matthew:Matt Maurice:Reese Michael:Mike Mohamed:Mo Nathaniel:Nate Nicholas:Nick Pamela:Pam
    Patricia:Pat Patrick:Pat Philip:Phil Rafael:Rafa Raymond:Ray Rebecca:Becky Reginald:Reggie Richard:Rick
    Robert:Bob Roberto:Beto Roderick:Rod Ronald:Ron Samantha:Sam Samuel:Sam Santiago:Santi Stephanie:Steph
    Stephen:Steve Steven:Steve Susan:Sue Teresa:Terry Terrance:Terry Theodore:Ted Thomas:Tom Timothy:Tim
    Valentina:Val Victoria:Vicky Vincent:Vince Virginia:Ginny Walter:Walt William:Bill Zachary:Zach""".split()
)
MONIKERS = tuple(
    word.strip()
    for word in """Ace, Bear, Big Mike, Bird, Blue, Bones, Boots, Chico, Chip, Cricket, Deuce, Doc, Dre, Duke, Flaco, Ghost,
    Gordo, Hammer, Jinx, JR, Junebug, Lefty, Little Man, Lucky, Moose, Nite, Paco, Peanut, Pinky, Pops, Red,
    Rocky, Shorty, Slim, Smiley, Smoke, Sparky, Spider, Stretch, Tank, Tiny, Tito, Topper, Turtle, Wolf, Youngin""".split(
        ","
    )
)


def split(lists: tuple[str, ...]) -> list[list[str]]:
    """Turn each group's block of text into its list of names; ``~`` stands for a space inside a name.

    Parameters
    ----------
    lists : tuple of str
        One block for each of `GROUPS`.

    Returns
    -------
    list of list of str
        The names.

    Examples
    --------
    >>> split(("Ann De~Luca",))
    [['Ann', 'De Luca']]
    """
    return [[name.replace("~", " ") for name in block.split()] for block in lists]
