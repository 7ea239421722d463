// In the page: what of it is cut off, covered by something else, or can be read only by scrolling sideways.
export function misfits() {
  const told = (element) => `${element.tagName.toLowerCase()}.${String(element.className.baseVal ?? element.className)} “${element.textContent.trim().slice(0, 40)}”`;
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.sr, .skip, option, svg, [aria-hidden=true]');
  const dialog = document.querySelector('[role=dialog]');
  const scope = dialog ?? document.body;
  return [...cutOff(), ...covered(), ...sideways()];

  /** Text that leaves the box that clips it. Where it ends in dots, its whole text is its title. */
  function* cutOff() {
    const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const parent = texts.currentNode.parentElement;
      if (texts.currentNode.data.trim() === '' || !shown(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const box = range.getBoundingClientRect();
      if (box.width > 0 && isCut(parent, box)) yield `cut off: ${told(parent)}`;
    }
  }

  function isCut(element, text) {
    for (let box = element; box !== document.documentElement; box = box.parentElement) {
      const { overflowX, overflowY, textOverflow, webkitLineClamp } = getComputedStyle(box);
      if (['auto', 'scroll'].includes(overflowX) || ['auto', 'scroll'].includes(overflowY)) return false;
      const { left, right, top, bottom } = box.getBoundingClientRect();
      const out = text.right > right + 1 || text.left < left - 1 || text.bottom > bottom + 2 || text.top < top - 2;
      if (out && overflowX !== 'visible') {
        const dots = textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
        return !(dots && (box.closest('[title]') || box.querySelector('[title]')));
      }
    }
    return text.right > innerWidth + 1 || text.left < -1;
  }

  /** What can be pressed is what is there when one presses it. */
  function* covered() {
    for (const element of scope.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary')) {
      if (!shown(element)) continue;
      element.scrollIntoView({ block: 'center', inline: 'center' });
      const [box] = element.getClientRects();
      if (!box) continue;
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const same = top && (element.contains(top) || top.contains(element) || top.closest('label')?.control === element || top.closest('.toasts'));
      if (!same) yield `covered: ${told(element)} by ${top ? told(top) : 'the edge of the window'}`;
    }
    scrollTo(0, 0);
  }

  /** Only tables, and the code of a thing that is copied whole, may be wider than there is room for. */
  function* sideways() {
    for (const element of scope.querySelectorAll('*')) {
      const wide = element.scrollWidth > element.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
      const table = element.matches('table, [role=table], pre, input, textarea') || element.querySelector('table, [role=table]');
      if (wide && shown(element) && !table) yield `scrolls sideways: ${told(element)}`;
    }
  }
}
