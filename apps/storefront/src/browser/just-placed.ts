/** The fragment of an order's address that the checkout leads to. */
export const justPlaced = '#placed'

/** Whether the checkout led here. True once: a reload and a copied address are other visits. */
export function takeJustPlaced(): boolean {
  if (location.hash !== justPlaced) return false
  history.replaceState(history.state, '', location.pathname + location.search)
  return true
}
