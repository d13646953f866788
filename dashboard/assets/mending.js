// Small faults of the controls of Dash 4.4 that shut out who uses a keyboard or a reader, mended as they appear.
(function () {
  "use strict";
  var due = false;
  var labelOf = function (element) {
    for (var above = element; above; above = above.parentElement) {
      var label = above.id && document.querySelector('label[for="' + CSS.escape(above.id) + '"]');
      if (label) {
        return label.textContent;
      }
    }
    return "";
  };
  var mend = function () {
    due = false;
    // A field that readers are told to ignore must not take the keyboard's focus; the button beside it does.
    document.querySelectorAll("input.dash-dropdown-focus-target:not([tabindex='-1'])").forEach(function (field) {
      field.tabIndex = -1;
    });
    // A slider's handle has no name; its label is that of the slider round it.
    document.querySelectorAll("[role=slider]:not([aria-label])").forEach(function (handle) {
      var name = labelOf(handle);
      if (name) {
        handle.setAttribute("aria-label", name);
      }
    });
  };
  var soon = function () {
    if (!due) {
      due = true;
      window.requestAnimationFrame(mend);
    }
  };
  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true });
  soon();
})();
