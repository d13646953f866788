// A target that is changed on the Decision page goes into the link, which shows the page anew.
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.decision = {
    target: function (values, ids) {
      var told = window.dash_clientside.callback_context.triggered;
      if (told.length !== 1) {
        return window.dash_clientside.no_update;
      }
      var key = JSON.parse(told[0].prop_id.slice(0, told[0].prop_id.lastIndexOf("."))).target;
      var place = ids.findIndex(function (id) { return id.target === key; });
      var query = new URLSearchParams(window.location.search);
      var name = "target_" + key;
      if (values[place] === null || values[place] === undefined) {
        query.delete(name);
      } else {
        query.set(name, values[place]);
      }
      return "?" + query;
    },
  };
})();
