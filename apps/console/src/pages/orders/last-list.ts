/** The filters with which the list of orders was shown last in this visit, as the search part of its address. */
let lastSearch = ''

export function rememberList(search: string): void {
  lastSearch = search
}

/** The address of the list of orders, with its last filters. */
export const listPath = (): string => (lastSearch === '' ? '/orders' : `/orders?${lastSearch}`)
