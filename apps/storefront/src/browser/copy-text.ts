/** Copies the text of an element to the clipboard. Returns whether it could. */
export async function copyText(element: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? '')
    return true
  } catch {
    // Without https there is no clipboard; selecting the text works everywhere.
    getSelection()?.selectAllChildren(element)
    return document.execCommand('copy')
  }
}
