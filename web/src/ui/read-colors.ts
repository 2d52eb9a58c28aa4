/**
 * The colours that custom properties stand for at an element, in the scheme of the moment, as `rgb()`. A custom
 * property itself keeps its `light-dark()` unresolved; only a real property resolves it.
 */
export function readColors<N extends string>(element: Element, names: Record<N, string>): Record<N, string> {
  const probe = document.createElement('span');
  element.append(probe);
  const entries = Object.entries<string>(names).map(([name, property]) => {
    probe.style.color = `var(${property})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Record<N, string>; // the same names, one by one
}
