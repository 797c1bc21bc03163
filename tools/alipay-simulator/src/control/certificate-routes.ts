import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { AlipayKey } from '../keys.ts'

export interface CertificateRouteOptions {
  readonly key: AlipayKey
  /** Gives Alipay a new key pair, and in certificate mode a certificate that is valid for so many days. */
  readonly rotate: (validDays?: number) => Promise<void>
}

const RotateBody = Type.Union([
  Type.Null(),
  Type.Object(
    { validDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })) },
    { additionalProperties: false },
  ),
])

/** `POST /simulator/certificates/rotate`: all that Alipay signs from now on has the new key. */
export function certificateRoutes(server: FastifyInstance, { key, rotate }: CertificateRouteOptions): void {
  server.post<{ Body?: Static<typeof RotateBody> }>(
    '/certificates/rotate',
    { schema: { body: RotateBody } },
    async request => {
      await rotate(request.body?.validDays)
      const { certificate, publicPem } = key
      return { ...(certificate ? { alipayCertSn: certificate.sn } : {}), alipayPublicKey: publicPem }
    },
  )
}
