// Shows every time in the reader's zone; UTC stays on hover. Without this script the page says UTC.
"use strict";

function toReadersZone(root) {
  const format = new Intl.DateTimeFormat("sv-SE", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  for (const time of root.querySelectorAll("time[datetime*='T']")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = format.format(at);
  }
}

function sayZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const said of document.querySelectorAll("[data-zone]")) said.textContent = zone;
}

toReadersZone(document);
sayZone();
document.addEventListener("htmx:afterSwap", (event) => toReadersZone(event.target));
