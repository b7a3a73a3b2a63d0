"use strict";
(function () {
  var marked = [], pinned = null;
  function places(element, name) {
    var text = element.getAttribute(name);
    return text ? text.split(" ") : [];
  }
  function index(name) {
    var found = new Map();
    document.querySelectorAll("[" + name + "]").forEach(function (element) {
      places(element, name).forEach(function (place) {
        if (!found.has(place)) found.set(place, []);
        found.get(place).push(element);
      });
    });
    return found;
  }
  var own = index("data-l"), called = index("data-c");
  function mark(element, kind) {
    element.classList.add(kind);
    marked.push(element);
  }
  function clear() {
    marked.forEach(function (element) { element.classList.remove("on", "via"); });
    marked = [];
  }
  function light(element) {
    clear();
    if (!element) return;
    places(element, "data-l").forEach(function (place) {
      (own.get(place) || []).forEach(function (other) { mark(other, "on"); });
      (called.get(place) || []).forEach(function (other) { mark(other, "via"); });
    });
    places(element, "data-c").forEach(function (place) {
      (own.get(place) || []).forEach(function (other) {
        if (other.classList.contains("ln")) mark(other, "via");
      });
    });
  }
  function target(event) {
    return event.target.closest ? event.target.closest("[data-l]") : null;
  }
  function show(element) {
    var column = element.closest("main > div");
    document.querySelectorAll("main > div").forEach(function (other) {
      var first = other.querySelector(".on") || other.querySelector(".via");
      if (other !== column && first) first.scrollIntoView({ block: "center" });
    });
  }
  function pin(element) {
    pinned = pinned === element ? null : element;
    light(element);
    if (pinned) show(pinned);
  }
  function follow() {
    var wanted = /^#l([0-9]+\.[0-9]+)$/.exec(location.hash);
    var found = wanted && own.get(wanted[1]);
    if (!found) return;
    pinned = null;
    pin(found[0]);
    found[0].scrollIntoView({ block: "nearest" });
  }
  window.addEventListener("hashchange", follow);
  follow();
  document.addEventListener("mouseover", function (event) {
    if (!pinned) light(target(event));
  });
  document.addEventListener("focusin", function (event) {
    if (!pinned) light(target(event));
  });
  document.addEventListener("click", function (event) {
    var element = target(event);
    if (element) pin(element);
    else { pinned = null; clear(); }
  });
  document.addEventListener("keydown", function (event) {
    var element = target(event);
    if (event.key === "Escape") { pinned = null; clear(); }
    else if ((event.key === "Enter" || event.key === " ") && element) {
      event.preventDefault();
      pin(element);
    }
  });
})();
