// Elements, made without markup: whatever text is put in stays text.

export function element(name, properties = {}, children = []) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

// Has a list show items, by key: what is there already stays, with its focus.
export function keep(list, items, key, make, update = () => {}) {
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let before = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = there.get(name);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = name;
    }
    there.delete(name);
    update(child, item);
    if (child === before) before = before.nextElementSibling;
    else list.insertBefore(child, before);
  }
  for (const child of there.values()) child.remove();
}

export function shown(time) {
  return new Date(time).toLocaleTimeString([], { hour12: false });
}
