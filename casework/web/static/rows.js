// J and K move from row to row of a list, / goes to the search. Everything works without this file.
"use strict";
document.addEventListener("keydown", function (event) {
  var typing = event.target.matches("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    var search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  if (event.key !== "j" && event.key !== "k") return;
  var links = Array.from(document.querySelectorAll("table.rows tbody tr a:first-of-type"));
  var at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  if (links.length) links[Math.max(0, Math.min(at, links.length - 1))].focus();
});
