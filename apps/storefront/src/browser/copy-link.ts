import { copyText } from './copy-text.ts'

/** The script of the page that WeChat's browser shows: its button copies the payment link. */
const link = document.getElementById('link') as HTMLElement
const button = document.getElementById('copy') as HTMLButtonElement
const copied = document.getElementById('copied') as HTMLElement

button.hidden = false
button.addEventListener('click', async () => {
  const done = await copyText(link)
  copied.textContent = done
    ? '已复制，请粘贴到浏览器中打开。 · Copied. Paste it into your browser.'
    : '无法自动复制，请长按链接复制。 · Could not copy. Press and hold the link to copy it.'
})
