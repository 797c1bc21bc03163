/** Who does it, from the header `x-actor`. Names come percent-encoded, since a header carries ASCII only. */
export function actorOf(header: string): string {
  try {
    return decodeURI(header)
  } catch {
    return header
  }
}
