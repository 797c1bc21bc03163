/** What a page gets from its route: `id` of `/orders/:id`. */
export interface PageProps {
  params: Readonly<Record<string, string | undefined>>
}
