import type { Answer } from '../../api/use-api.ts'

/** What the page reads. */
export type TodayAnswer = Answer<'/api/admin/today'>
