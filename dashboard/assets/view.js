// The link of the present view: what is chosen goes into the address, so that it can be sent and kept.
(function () {
  "use strict";
  var skip = function () {
    return window.dash_clientside.no_update;
  };
  // The present query with some of its parts replaced; null or an empty text takes a part out.
  var changed = function (parts) {
    var query = new URLSearchParams(window.location.search);
    Object.keys(parts).forEach(function (name) {
      var value = parts[name];
      query.delete(name);
      (Array.isArray(value) ? value : [value]).forEach(function (one) {
        if (one !== null && one !== undefined && one !== "") {
          query.append(name, one);
        }
      });
    });
    var text = query.toString();
    return text ? "?" + text : "";
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.view = {
    // The choices at the head of the page; the page is shown anew where they say something new.
    choose: function (results, against, group, year) {
      var told = window.dash_clientside.callback_context.triggered;
      var id = told.length === 1 ? told[0].prop_id.split(".")[0] : "";
      var values = { "choice-results": results, "choice-against": against, "choice-group": group,
        "choice-year": year };
      if (!(id in values)) {
        return skip();
      }
      var name = id.slice("choice-".length);
      var value = name === "group" && values[id] === "all" ? "" : values[id];
      var present = new URLSearchParams(window.location.search).getAll(name);
      var wanted = (Array.isArray(value) ? value : [value]).filter(Boolean);
      if (present.join("\n") === wanted.join("\n")) {
        return skip();
      }
      var parts = {};
      parts[name] = wanted;
      return changed(parts);
    },
    // A control of a page, whose value goes into the link without showing the page anew.  Its id's last
    // part after a dash is the name in the link, as in `flow-month`.
    remember: function (value) {
      var told = window.dash_clientside.callback_context.triggered;
      if (told.length) {
        var parts = {};
        parts[told[0].prop_id.split(".")[0].split("-").pop()] = value;
        window.history.replaceState(window.history.state, "", window.location.pathname + changed(parts));
      }
      return skip();
    },
    // Another scenario to start from: the form is shown anew, with the changes that are in the link.
    restart: function (parent) {
      var present = new URLSearchParams(window.location.search).get("parent") || "metropolitan";
      return parent && parent !== present ? changed({ parent: parent }) : skip();
    },
    // A control whose value goes into the link and shows the page anew; its id ends in the name in the link.
    put: function (value, id) {
      var name = id.split("-").pop();
      var parts = {};
      parts[name] = value;
      var present = new URLSearchParams(window.location.search).get(name);
      return value && value !== present ? changed(parts) : skip();
    },
    // Words by which a grid is filtered.
    filter: function (words, options) {
      return Object.assign({}, options, { quickFilterText: words || "" });
    },
    clicked: function (clicks) {
      return Boolean(clicks);
    },
    entitle: function (title) {
      if (title) {
        document.title = title;
      }
      return skip();
    },
  };
})();
