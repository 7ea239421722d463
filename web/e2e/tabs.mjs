// Goes through a page with the key Tab: whatever can be pressed or filled in is reached, and shows that it has the focus.

/** Names what it misses; the first stop is the way to the content. */
export async function untold(page) {
  await page.evaluate(() => {
    // Where one was last is where the next Tab begins: that is the top of the page now.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const wanted = await page.evaluate(mark);
  const missed = new Map(wanted.map((name, place) => [String(place), name]));
  const without = new Set();
  let first = '';
  for (let times = 0; times < wanted.length + 60 && missed.size > 0; times += 1) {
    await page.keyboard.press('Tab');
    const { stop, text, shows } = await page.evaluate(focused);
    if (times === 0) first = text;
    missed.delete(stop);
    if (!shows) without.add(text);
  }
  return [
    ...(first.startsWith('Skip') ? [] : [`first comes “${first}”`]),
    ...[...missed.values()].map((name) => `not reached: ${name}`),
    ...[...without].map((name) => `the focus is not seen: ${name}`),
  ];
}

/** In the page: numbers the stops. Of radio buttons only the chosen one is one; rows of a long list come and go, but the first. */
function mark() {
  const all = document.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled, [type=radio]), select, textarea, summary');
  const fleeting = '.table-body > .row:nth-child(n + 2)';
  const shown = [...all].filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(fleeting));
  return shown.map((element, place) => {
    element.dataset.stop = String(place);
    return `${element.tagName.toLowerCase()} “${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}”`;
  });
}

function focused() {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  // The parts of a date show it themselves.
  const shows = element === document.body || element.type === 'date' || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1);
  return { stop: element.dataset.stop, text: (element.ariaLabel ?? element.textContent).trim().slice(0, 40), shows };
}
