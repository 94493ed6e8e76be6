// The live map of a briefing. Its lines and dots are those of the still drawing in the same page, so that
// nothing stands in the page twice and both show the same. Text of records is only ever set as text.
const briefingMap = (() => {
  "use strict";

  // A path of the still drawing as lines of places on the map: a start, then steps.
  function lines(path, still) {
    return path.getAttribute("d").split("M").slice(1).map((piece) => {
      const numbers = piece.match(/-?\d+/g).map(Number);
      let x = numbers[0], y = numbers[1];
      const line = [still.at(x, y)];
      for (let n = 2; n + 1 < numbers.length; n += 2) {
        x += numbers[n];
        y += numbers[n + 1];
        line.push(still.at(x, y));
      }
      return line;
    });
  }

  function stillOf(name) {
    const svg = document.getElementById(name), meters = Number(svg.dataset.m), tall = svg.viewBox.baseVal.height;
    return {svg, at: (x, y) => L.latLng((tall - y) * meters, x * meters)};
  }

  function ground(map, name) {
    const still = stillOf(name);
    for (const path of still.svg.querySelectorAll(".ground path")) {
      const fill = path.getAttribute("fill"), dashes = path.getAttribute("stroke-dasharray");
      const options = fill
        ? {interactive: false, stroke: false, fillColor: fill, fillOpacity: 1}
        : {interactive: false, color: path.getAttribute("stroke"), weight: path.getAttribute("stroke-width") / 10,
           dashArray: dashes ? "4 3" : null};
      (fill ? L.polygon : L.polyline)(lines(path, still), options).addTo(map);
    }
    for (const label of still.svg.querySelectorAll(".place")) {
      const said = document.createElement("span");
      said.textContent = label.textContent;
      L.tooltip({permanent: true, direction: "center", className: "place", opacity: 1})
        .setLatLng(still.at(Number(label.getAttribute("x")), Number(label.getAttribute("y"))))
        .setContent(said).addTo(map);
    }
  }

  // What a dot says: one line each, the first in bold.
  function words(group, data, dot) {
    if (data.days) {
      const [day, minute, place] = dot, two = (n) => String(n).padStart(2, "0");
      const when = data.days[day] + " " + two(Math.floor(minute / 60)) + ":" + two(minute % 60);
      return [group, when].concat(place < 0 ? [] : [data.places[place]]);
    }
    const [count, week] = dot;
    return [group, count + " in " + data.period + (week ? ", " + week + " of them this week" : "")];
  }

  function tip(here, map) {
    const box = document.createElement("div"), shown = here.filter((dot) => map.hasLayer(dot.layer));
    for (const dot of shown.slice(0, 8)) {
      const part = box.appendChild(document.createElement("p"));
      dot.said().forEach((line, n) => {
        if (n) part.appendChild(document.createElement("br"));
        part.appendChild(document.createElement(n ? "span" : "b")).textContent = line;
      });
    }
    if (shown.length > 8) box.appendChild(document.createElement("p")).textContent = "and " + (shown.length - 8) + " more";
    return box;
  }

  function dots(map, name, layers, data) {
    const still = stillOf(name), spots = new Map(), all = [], wide = data.days ? 3 : 2;
    still.svg.querySelectorAll(".spots path").forEach((path, which) => {
      const [group, radius, isFull, values] = data.paths[which], color = data.colors[group];
      const style = isFull
        ? {color: "#ffffff", weight: 1.2, fillColor: color, fillOpacity: 0.95}
        : {color: color, weight: 1, fillColor: color, fillOpacity: 0.3};
      path.getAttribute("d").split("M").slice(1).forEach((piece, n) => {
        const [x, y] = piece.match(/\d+/g).map(Number), spot = x + " " + y;
        const layer = L.circleMarker(still.at(x, y), {radius, ...style});
        const dot = {layer, said: () => words(data.groups[group], data, values.slice(n * wide, (n + 1) * wide))};
        if (!spots.has(spot)) spots.set(spot, []);
        spots.get(spot).push(dot);
        layer.bindTooltip(() => tip(spots.get(spot), map), {sticky: true, className: "tip"});
        layers[group].addLayer(layer);
        all.push(layer);
      });
    });
    map.on("overlayadd", () => all.forEach((layer) => map.hasLayer(layer) && layer.bringToFront()));
  }

  return {ground, dots};
})();
