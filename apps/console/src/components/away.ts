import type { ApiProblem } from '../api/problem.ts'

/** For `Missing`: the service behind a path, where the gateway says that it does not answer. */
export const awayOf = (problem: ApiProblem | null, service: string): string[] =>
  problem?.status === 503 ? [service] : []
