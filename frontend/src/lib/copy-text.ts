/** Browsers offer the clipboard on secure origins only; over plain http in a private network the old way still works. */

/** Throws where the browser does not let this page copy. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('aria-hidden', 'true');
  // Within an open dialog nothing outside of it can have the focus.
  const place = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document.body;
  place.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('copying was refused');
}

export const CANNOT_COPY = 'The browser does not let this page copy. Select the text and copy it by hand.';
