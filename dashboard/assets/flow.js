// The slider of the Flow page plays the roll-out: a month a tick, until the last; the month stands in the link.
(function () {
  "use strict";
  var triggered = function () {
    return window.dash_clientside.callback_context.triggered.map(function (one) {
      return one.prop_id.split(".")[0];
    });
  };
  var stopped = [true, "Play", "false"];
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.flow = {
    // Whether the clock runs: the button starts and stops it, the last month stops it.
    play: function (clicks, place, last, disabled) {
      if (triggered().indexOf("flow-play") >= 0 && clicks) {
        return disabled ? [false, "Pause", "true"] : stopped;
      }
      return disabled || place >= last ? stopped : [false, "Pause", "true"];
    },
    // A tick goes on by a month; starting at the end begins again.
    step: function (ticks, clicks, place, last) {
      if (triggered().indexOf("flow-clock") >= 0) {
        return Math.min(place + 1, last);
      }
      return place >= last && clicks % 2 ? 0 : window.dash_clientside.no_update;
    },
    // The month goes into the link once it is chosen; the slider says it in words to those who cannot see it.
    remember: function (place, what) {
      var thumb = function () {
        return document.querySelector("#flow-month [role=slider]");
      };
      var name = function (tries) {
        if (thumb()) {
          thumb().setAttribute("aria-labelledby", "flow-month-label");
          thumb().setAttribute("aria-valuetext", (what && what.names && what.names[place]) || "");
        } else if (tries) {
          setTimeout(function () { name(tries - 1); }, 100);
        }
      };
      name(20);
      if (triggered().indexOf("flow-month") >= 0 && what && what.months && what.months[place]) {
        var query = new URLSearchParams(window.location.search);
        query.set("month", what.months[place]);
        window.history.replaceState(window.history.state, "", window.location.pathname + "?" + query);
      }
      return window.dash_clientside.no_update;
    },
  };
})();
