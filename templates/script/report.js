/* Sorts and filters tables where scripts are allowed. Without this file nothing is missing but the buttons. */
(function () {
  "use strict";

  const words = document.currentScript.dataset;
  const language = document.documentElement.lang || "en";
  const LEAST_TO_SORT = 3;
  const LEAST_TO_FILTER = 12;

  const parts = new Intl.NumberFormat(language).formatToParts(-12345.6);
  const sign = (type, fallback) => (parts.find((part) => part.type === type) || { value: fallback }).value;
  const group = sign("group", ",");
  const decimal = sign("decimal", ".");
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  /* The first number of a cell: "< 0.1 %" lies just below 0.1, "> 0.99" just above; a cell without one comes last. */
  function number(text) {
    const found = text.replaceAll("\u2212", "-").match(/[-+]?\d[\d.,'\u00a0\u202f\u2009 ]*/);
    if (!found) {
      return NaN;
    }
    const plain = found[0].replaceAll(group, "").replace(/[\u00a0\u202f\u2009 ']/g, "").replace(decimal, ".");
    const value = parseFloat(plain);
    const bound = text.trim()[0];
    return bound === "<" ? value - 1e-9 : bound === ">" ? value + 1e-9 : value;
  }

  function text(row, column) {
    const cell = row.cells[column];
    const own = cell.cloneNode(true);
    own.querySelectorAll("small, .hidden").forEach((part) => part.remove());
    return (own.textContent.trim() || cell.textContent.trim());
  }

  function compare(first, second, falling) {
    const without = [Number.isNaN(first), Number.isNaN(second)];
    if (without[0] || without[1]) {
      return without[0] - without[1]; /* last in either direction */
    }
    const order = typeof first === "number" ? first - second : collator.compare(first, second);
    return falling ? -order : order;
  }

  function order(rows, column, numeric, falling) {
    const keyed = rows.map((row) => [numeric ? number(text(row, column)) : text(row, column), row]);
    keyed.sort((a, b) => compare(a[0], b[0], falling));
    return keyed.map((pair) => pair[1]);
  }

  function sortable(table) {
    const body = table.tBodies[0];
    const apart = (row) => row.classList.contains("apart");
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const numeric = head.classList.contains("number");
      const states = numeric ? ["descending", "ascending", ""] : ["ascending", "descending", ""];
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.title = words.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const next = states[(states.indexOf(head.getAttribute("aria-sort") || "") + 1) % states.length];
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (next) {
          head.setAttribute("aria-sort", next);
        }
        const movable = original.filter((row) => !apart(row));
        const sorted = next ? order(movable, column, numeric, next === "descending") : movable;
        body.append(...sorted, ...original.filter(apart));
      });
    });
  }

  function filterable(table) {
    const rows = [...table.tBodies[0].rows];
    const line = document.createElement("p");
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("output");
    line.className = "filter";
    field.type = "search";
    field.autocomplete = "off";
    label.append(`${words.filter} `, field);
    line.append(label, " ", count);
    field.addEventListener("input", () => {
      const wanted = field.value.toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row) => {
        const content = row.textContent.toLocaleLowerCase(language);
        const fits = wanted.every((word) => content.includes(word));
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = wanted.length ? words.shown.replace("{shown}", shown).replace("{all}", rows.length) : "";
    });
    const region = table.closest(".scroll");
    region.before(line);
  }

  document.querySelectorAll("main table").forEach((table) => {
    if (!table.tHead || !table.tBodies.length) {
      return;
    }
    const rows = table.tBodies[0].rows.length;
    if (rows >= LEAST_TO_SORT) {
      sortable(table);
    }
    if (rows >= LEAST_TO_FILTER && table.closest(".scroll")) {
      filterable(table);
    }
  });
})();
