/** The script of the page that WeChat's browser shows: its button copies the payment link. */
const link = document.getElementById('link') as HTMLElement
const button = document.getElementById('copy') as HTMLButtonElement
const copied = document.getElementById('copied') as HTMLElement

button.hidden = false
button.addEventListener('click', async () => {
  const done = await copy(link.textContent ?? '')
  copied.textContent = done
    ? '已复制，请粘贴到浏览器中打开。 · Copied. Paste it into your browser.'
    : '无法自动复制，请长按链接复制。 · Could not copy. Press and hold the link to copy it.'
})

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https there is no clipboard; selecting the link works everywhere.
    getSelection()?.selectAllChildren(link)
    return document.execCommand('copy')
  }
}

export {}
