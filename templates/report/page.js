"use strict";
(() => {
  const machines = JSON.parse(document.getElementById("machines").textContent);
  const panes = [...document.querySelectorAll(".pane")];
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  const panel = document.getElementById("state");
  const find = document.getElementById("find");
  const turn = document.getElementById("turn");
  const STEP = 1.25, LEAST = 0.05, MOST = 4, READABLE = 0.55;
  const views = new Map();
  let current = 0, turned = false, chosen = null;

  document.documentElement.classList.add("live");

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // --- moving and zooming: a view is where the picture's corner lies, and its scale ------------------------------

  const stage = () => panes[current].querySelector(".stage");
  const picture = () => panes[current].querySelector(turned ? ".machine.right" : ".machine.down");
  const size = () => ({ width: +picture().getAttribute("width"), height: +picture().getAttribute("height") });

  function show(view) {
    views.set(picture(), view);
    picture().style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }

  function whole() {
    const { clientWidth: width, clientHeight: height } = stage(), own = size();
    const scale = Math.min(1.2, width / own.width, height / own.height);
    show({ scale, x: (width - own.width * scale) / 2, y: Math.max(0, (height - own.height * scale) / 2) });
  }

  // The first look: all of it, or as much of its beginning as can be read.
  function beginning() {
    const { clientWidth: width, clientHeight: height } = stage(), own = size();
    const fitting = Math.min(1, width / own.width, height / own.height);
    if (fitting >= READABLE) { whole(); return; }
    const start = picture().querySelector(".start");
    const scale = Math.max(READABLE, Math.min(1, (turned ? height / own.height : width / own.width)));
    const x = width / 2 - (+start.getAttribute("cx") + 12) * scale, y = height / 2 - (+start.getAttribute("cy") + 12) * scale;
    const within = (at, room, length) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
    show({
      scale,
      x: turned ? 0 : within(x, width, own.width * scale),
      y: turned ? within(y, height, own.height * scale) : 0,
    });
  }

  const view = () => views.get(picture());

  function zoom(factor, at) {
    const old = view(), scale = Math.min(MOST, Math.max(LEAST, old.scale * factor));
    const { clientWidth: width, clientHeight: height } = stage();
    const { x, y } = at ?? { x: width / 2, y: height / 2 };
    show({ scale, x: x - (x - old.x) * (scale / old.scale), y: y - (y - old.y) * (scale / old.scale) });
  }

  function move(x, y) {
    const old = view();
    show({ ...old, x: old.x + x, y: old.y + y });
  }

  function reveal(group) {
    // A browser scrolls to what gets the focus, even where nothing else can scroll.
    stage().scrollTo(0, 0);
    const box = group.querySelector(".box").getBoundingClientRect(), frame = stage().getBoundingClientRect();
    const short = (low, high, from, to) => (low < from ? from - low + 24 : high > to ? to - high - 24 : 0);
    move(short(box.left, box.right, frame.left, frame.right), short(box.top, box.bottom, frame.top, frame.bottom));
  }

  // --- machines ---------------------------------------------------------------------------------------------------

  function open(number, focus) {
    current = number;
    tabs.forEach((tab, position) => {
      tab.setAttribute("aria-selected", String(position === number));
      tab.tabIndex = position === number ? 0 : -1;
    });
    panes.forEach((pane, position) => pane.classList.toggle("shown", position === number));
    if (focus) tabs[number].focus();
    if (!views.has(picture())) beginning();
    const names = document.getElementById("names");
    names.replaceChildren(...machines[number].states.map((state) => element("option", undefined, { value: state.name })));
    choose(null);
  }

  tabs.forEach((tab, number) => {
    tab.addEventListener("click", () => open(number));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const target = { Home: 0, End: tabs.length - 1 }[event.key] ?? (step && (number + step + tabs.length) % tabs.length);
      if (target === undefined) return;
      event.preventDefault();
      open(target, true);
    });
  });

  function turnAround() {
    turned = !turned;
    turn.setAttribute("aria-pressed", String(turned));
    document.querySelector(".panes").classList.toggle("turned", turned);
    if (!views.has(picture())) beginning();
    if (chosen !== null) mark(chosen);
  }

  // --- states -----------------------------------------------------------------------------------------------------

  const groupOf = (number) => picture().querySelector(`.state[data-state="${number}"]`);

  function mark(number) {
    for (const lit of panes[current].querySelectorAll(".chosen, .lit")) lit.classList.remove("chosen", "lit");
    if (number === null) return;
    groupOf(number).classList.add("chosen");
    for (const arrow of picture().querySelectorAll(`[data-from="${number}"], [data-to="${number}"]`)) arrow.classList.add("lit");
  }

  function choose(number) {
    chosen = number;
    mark(number);
    if (number === null) {
      panel.replaceChildren(element("p", "Choose a state to see its definition, and what it reads and writes.", { class: "hint" }));
      return;
    }
    const state = machines[current].states[number];
    const close = element("button", "Close", { type: "button", class: "close" });
    close.addEventListener("click", () => { choose(null); groupOf(number).focus(); });
    const listed = (title, items) => {
      const list = element("ul");
      for (const item of items) {
        const entry = element("li");
        entry.append(item);
        list.append(entry);
      }
      return [element("h4", title), items.length ? list : element("p", "nothing", { class: "hint" })];
    };
    const paths = (texts) => texts.map((text) => element("code", text));
    const ways = (some) => some.map((way) => {
      const entry = document.createDocumentFragment();
      if (way.state === null) entry.append("the end");
      else {
        const button = element("button", machines[current].states[way.state].name, { type: "button", class: "goto" });
        button.addEventListener("click", () => { reveal(groupOf(way.state)); choose(way.state); });
        entry.append(button);
      }
      if (way.label) entry.append(` (${way.label})`);
      return entry;
    });
    panel.replaceChildren(
      close,
      element("h3", state.name),
      element("p", state.note, { class: "hint" }),
      ...listed("Reads", paths(state.reads)),
      ...listed("Writes", paths(state.writes)),
      ...listed("Comes from", ways(state.from)),
      ...listed("Goes on to", ways(state.to)),
      element("h4", "Definition"),
      element("pre", state.definition, { tabindex: "0" }),
    );
    panel.scrollTop = 0;
  }

  for (const group of document.querySelectorAll(".stage .state")) {
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.addEventListener("focus", () => {
      if (group.matches(":focus-visible")) reveal(group);
      else stage().scrollTo(0, 0);
    });
  }

  // In this machine, or else in the next one that has it: a state may have moved.
  function found(wanted) {
    const names = (number) => machines[number].states.map((state) => state.name.toLowerCase());
    const order = machines.map((_, step) => (current + step) % machines.length);
    for (const fits of [(name) => name === wanted, (name) => name.includes(wanted)]) {
      for (const number of order) {
        const state = names(number).findIndex(fits);
        if (state >= 0) return { number, state };
      }
    }
    return null;
  }

  find.addEventListener("change", () => {
    const wanted = find.value.trim().toLowerCase();
    const place = wanted ? found(wanted) : null;
    find.setCustomValidity(place === null && wanted ? "no state has this in its name" : "");
    find.reportValidity();
    if (place === null) return;
    if (place.number !== current) open(place.number);
    if (view().scale < READABLE) zoom(READABLE / view().scale);
    reveal(groupOf(place.state));
    choose(place.state);
  });

  // --- mouse, touch and keys ----------------------------------------------------------------------------------------

  for (const pane of panes) {
    const ground = pane.querySelector(".stage");
    let held = null;
    ground.addEventListener("pointerdown", (event) => {
      if (event.button === 0) held = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
    });
    ground.addEventListener("pointermove", (event) => {
      if (held === null || event.pointerId !== held.id) return;
      const x = event.clientX - held.x, y = event.clientY - held.y;
      if (!held.moved && Math.hypot(x, y) < 4) return;
      if (!held.moved) ground.setPointerCapture(held.id);
      held = { ...held, x: event.clientX, y: event.clientY, moved: true };
      ground.classList.add("held");
      move(x, y);
    });
    const release = () => {
      ground.classList.remove("held");
      // The click that ends a drag comes after this, and chooses nothing.
      setTimeout(() => { held = null; });
    };
    ground.addEventListener("pointerup", release);
    ground.addEventListener("pointercancel", release);
    ground.addEventListener("click", (event) => {
      if (held !== null && held.moved) return;
      const group = event.target.closest(".state");
      if (group !== null) choose(+group.dataset.state);
    });
    ground.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const frame = ground.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - frame.left, y: event.clientY - frame.top });
    }, { passive: false });
    ground.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const group = event.target.closest(".state");
      const steps = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
      if (steps[event.key]) move(...steps[event.key]);
      else if (event.key === "+" || event.key === "=") zoom(STEP);
      else if (event.key === "-") zoom(1 / STEP);
      else if (event.key === "0") whole();
      else if (event.key === "t") turnAround();
      else if (event.key === "Escape") choose(null);
      else if (group !== null && (event.key === "Enter" || event.key === " ")) choose(+group.dataset.state);
      else return;
      event.preventDefault();
    });
  }

  document.getElementById("closer").addEventListener("click", () => zoom(STEP));
  document.getElementById("farther").addEventListener("click", () => zoom(1 / STEP));
  document.getElementById("whole").addEventListener("click", whole);
  turn.addEventListener("click", turnAround);

  // On paper nothing can be unfolded. Of the files' differences only those are printed that the reader had open.
  const unfolded = [];
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details:not([open]):not(.listing)")) {
      details.open = true;
      unfolded.push(details);
    }
  });
  addEventListener("afterprint", () => { for (const details of unfolded.splice(0)) details.open = false; });

  // A link leads to what is unfolded.
  const unfold = () => {
    const details = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.querySelector("details");
    if (details) details.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
  open(0);
})();
