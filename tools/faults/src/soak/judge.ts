/** One measured value. */
export interface Sample {
  /** Memory and files are of one process; the rest is of the whole system. */
  what: 'memory MiB' | 'files' | 'connections' | 'outbox rows' | 'records unread' | 'Redis MiB'
  /** A replica or a server. */
  of: string
  value: number
}

/** One value over the run. */
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

/** Six replicas of services, each with a pool of 10, its relay's session and one that listens; and a few temporary ones. */
const connectionsMax = 6 * 12 + 8

/**
 * The highest allowed value at the end, by the value at the beginning. Pools stay as large as they were needed, and a
 * process does not return memory soon.
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
 * Compares each value at the end, after settling, with the one at the beginning. Pure.
 *
 * @param looks samples in their order; a process that was unavailable is missing in one
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
