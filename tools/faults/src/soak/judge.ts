/** One look at one thing: what it was called, and how much. */
export interface Sample {
  /** Memory and files are of one process; the rest is of the whole system. */
  what: 'memory MiB' | 'files' | 'connections' | 'outbox rows' | 'records unread' | 'Redis MiB'
  /** A replica or a server. */
  of: string
  value: number
}

/** How one thing went. */
export interface Course {
  what: Sample['what']
  of: string
  first: number
  peak: number
  last: number
  /** What `last` may be at most. */
  limit: number
  flat: boolean
}

export interface SoakResult {
  flat: boolean
  looks: number
  courses: Course[]
}

/** Six replicas of services, each with a pool of 10, its relay's session and one that listens; and a few that pass. */
const connectionsMax = 6 * 12 + 8

/**
 * What may be left at the end, by what there was when the load began. A pool that has grown stays as large as it was
 * needed, and memory that a process has once touched it does not give back soon.
 */
const allowed: Readonly<Record<Sample['what'], (first: number) => number>> = {
  'memory MiB': first => first * 1.5 + 120,
  files: first => first + 40,
  connections: () => connectionsMax,
  'outbox rows': () => 0,
  'records unread': () => 0,
  'Redis MiB': first => first + 20,
}

/**
 * Whether what is taken is given back: each thing at the end, once everything has settled, against what it was when the
 * load began. Pure.
 *
 * @param looks in their order, the last one after settling; a process that was away in a look is missing in it
 */
export function judgeSoak(looks: readonly (readonly Sample[])[]): SoakResult {
  const courses = new Map<string, Course>()
  for (const { what, of, value } of looks.flat()) {
    const key = `${what} ${of}`
    const before = courses.get(key) ?? { what, of, first: value, peak: value, last: value, limit: 0, flat: true }
    courses.set(key, { ...before, peak: Math.max(before.peak, value), last: value })
  }
  const judged = [...courses.values()].map(course => {
    const limit = Math.round(allowed[course.what](course.first))
    return { ...course, limit, flat: course.last <= limit }
  })
  return { flat: judged.every(({ flat }) => flat), looks: looks.length, courses: judged }
}
