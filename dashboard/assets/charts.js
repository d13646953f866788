// What the buttons of a chart's frame do: its table, its numbers as CSV, its picture as PNG.
(function () {
  "use strict";
  var html = function (type, children, props) {
    return {
      namespace: "dash_html_components",
      type: type,
      props: Object.assign({ children: children }, props || {}),
    };
  };
  var shown = function (value) {
    if (value === null || value === undefined) {
      return "–";
    }
    if (typeof value !== "number") {
      return String(value);
    }
    var size = Math.abs(value);
    var decimals = Number.isInteger(value) ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
    return value.toLocaleString("en-GB", { maximumFractionDigits: decimals });
  };
  // A text that a spreadsheet would take for a formula gets an apostrophe in front, as in ibsim's own files.
  var cell = function (value) {
    if (value === null || value === undefined) {
      return "";
    }
    var text = String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) {
      text = "'" + text;
    }
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  var hand = function (href, name) {
    var link = document.createElement("a");
    link.href = href;
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.charts = {
    table: function (clicks, data) {
      var open = Boolean(clicks && clicks % 2 && data);
      if (!open) {
        return [null, true, "false"];
      }
      var head = html("Tr", data.columns.map(function (name) {
        return html("Th", name, { scope: "col" });
      }));
      var rows = data.rows.map(function (row) {
        return html("Tr", row.map(function (value, place) {
          var numeric = typeof value === "number" ? "number" : "";
          return place ? html("Td", shown(value), { className: numeric })
            : html("Th", shown(value), { scope: "row" });
        }));
      });
      var table = html("Table", [
        html("Caption", data.title),
        html("Thead", head),
        html("Tbody", rows),
      ]);
      return [html("Div", table, { className: "scroll", tabIndex: 0, role: "region", "aria-label": data.title }),
        false, "true"];
    },
    csv: function (clicks, data) {
      if (!clicks || !data) {
        return window.dash_clientside.no_update;
      }
      var lines = [data.columns].concat(data.rows).map(function (row) {
        return row.map(cell).join(",");
      });
      // The byte order mark has Excel read the file as UTF-8.
      var blob = new Blob(["\ufeff" + lines.join("\n") + "\n"], { type: "text/csv;charset=utf-8" });
      var href = URL.createObjectURL(blob);
      hand(href, data.name + ".csv");
      setTimeout(function () { URL.revokeObjectURL(href); }, 1000);
      return clicks;
    },
    png: function (clicks, data, id) {
      if (!clicks || !data) {
        return window.dash_clientside.no_update;
      }
      // Dash writes an id of several parts with its keys in alphabetical order.
      var name = JSON.stringify(id, Object.keys(id).sort());
      var graph = document.getElementById(name).querySelector(".js-plotly-plot");
      var size = { format: "png", width: Math.max(graph.clientWidth, 640), height: graph.clientHeight, scale: 2 };
      return window.Plotly.toImage(graph, size).then(function (href) {
        hand(href, data.name + ".png");
        return clicks;
      });
    },
  };
})();
