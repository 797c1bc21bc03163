import { type DomainEvent, eventTypes, type NewEvent } from '@alipay-checkout/contracts'
import { CloudEvent, Kafka } from 'cloudevents'
import type { IHeaders } from 'kafkajs'

/** An event as it is stored in the outbox and on Kafka: CloudEvents 1.0, binary mode. */
export interface OutgoingRecord {
  topic: string
  key: string
  headers: Record<string, string>
  value: string
}

/** Why a Kafka record can't be handled at all. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord'
}

/** Writes an event as a Kafka record. `source` is the producing service. */
export function toRecord(
  event: NewEvent,
  { id, time, source }: { id: string; time: Date; source: string },
): OutgoingRecord {
  const type = eventTypes.get(event.type)
  if (!type) throw new Error(`${event.type} is not in the catalogue of events`)
  const cloudEvent = new CloudEvent(
    {
      id,
      source: `/${source}`,
      type: event.type,
      time: time.toISOString(),
      subject: event.key,
      datacontenttype: 'application/json',
      data: event.data,
      ...(event.traceparent ? { traceparent: event.traceparent } : {}),
    },
    // Without validation, because all attributes above are well-formed.
    false,
  )
  const { headers } = Kafka.binary(cloudEvent)
  // The binding returns absent attributes as undefined, which Kafka can't carry.
  const present = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { topic: type.topic, key: event.key, headers: Object.fromEntries(present), value: JSON.stringify(event.data) }
}

/** Reads an event from a Kafka record. Throws UnreadableRecord with the reason: no headers, an unknown type, invalid data. */
export function fromRecord(record: {
  key: Buffer | null
  value: Buffer | null
  headers?: IHeaders | undefined
}): DomainEvent {
  const header = (name: string): string | undefined => record.headers?.[name]?.toString()
  const [typeName, id, time] = [header('ce_type'), header('ce_id'), header('ce_time')]
  if (!typeName || !id) throw new UnreadableRecord('it has no CloudEvents headers ce_type and ce_id')
  if (!uuid.test(id)) throw new UnreadableRecord(`its ce_id is not a UUID: ${id.slice(0, 64)}`)
  const type = eventTypes.get(typeName)
  if (!type) throw new UnreadableRecord(`its type is unknown: ${typeName.slice(0, 64)}`)
  const data = parse(record.value)
  if (!type.validator.Check(data)) {
    const [error] = type.validator.Errors(data)
    throw new UnreadableRecord(
      `its data is not that of ${typeName}: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    )
  }
  const traceparent = header('ce_traceparent') ?? header('traceparent')
  return {
    type: typeName,
    id,
    key: record.key?.toString() ?? '',
    time: new Date(time ?? 0),
    data,
    ...(traceparent ? { traceparent } : {}),
  }
}

/**
 * Whether a record is a valid CloudEvent of a type that is not in the catalogue: a newer release or another system wrote
 * it. Valid means all attributes that CloudEvents 1.0 requires, and data that is JSON where the content type says so.
 */
export function isUnknownEvent(record: { value: Buffer | null; headers?: IHeaders | undefined }): boolean {
  const header = (name: string): string => record.headers?.[name]?.toString() ?? ''
  const isComplete = ['ce_id', 'ce_source', 'ce_type'].every(name => header(name) !== '')
  if (!isComplete || !/^1\.\d+$/.test(header('ce_specversion')) || eventTypes.has(header('ce_type'))) return false
  const contentType = header('content-type') || header('ce_datacontenttype') || 'application/json'
  if (record.value === null || !/[/+]json\b/i.test(contentType)) return true
  try {
    JSON.parse(record.value.toString())
    return true
  } catch {
    return false
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function parse(value: Buffer | null): unknown {
  if (!value) throw new UnreadableRecord('it has no value')
  try {
    return JSON.parse(value.toString())
  } catch (error) {
    throw new UnreadableRecord(`its value is not JSON: ${(error as Error).message}`)
  }
}
