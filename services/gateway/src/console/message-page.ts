import { randomBytes } from 'node:crypto'
import { escapeHtml } from '@alipay-checkout/storefront'
import type { FastifyReply } from 'fastify'
import { contentSecurityPolicy } from './security-headers.ts'

/** What the pages outside the console say, in both of its languages. */
const messages = {
  'not-built': {
    status: 503,
    zh: ['控制台尚未构建', '运行 npm start 会构建控制台；Docker 镜像中已包含。'],
    en: ['The console is not built', '`npm start` builds it, and the Docker image contains it.'],
  },
  'no-provider': {
    status: 404,
    zh: ['未设置身份提供方', '请设置 CONSOLE_OIDC_ISSUER 和 CONSOLE_OIDC_CLIENT_ID。'],
    en: ['No identity provider is set up', 'Set CONSOLE_OIDC_ISSUER and CONSOLE_OIDC_CLIENT_ID.'],
  },
  'provider-unavailable': {
    status: 503,
    zh: ['暂时无法登录', '身份提供方没有响应。请稍后再试。'],
    en: ['Signing in is temporarily unavailable', 'The identity provider does not answer. Try again in a moment.'],
  },
  'redis-unavailable': {
    status: 503,
    zh: ['暂时无法登录', 'Redis 没有响应，无法保存会话。请稍后再试。'],
    en: ['Signing in is temporarily unavailable', 'Redis does not answer, and it holds the sessions. Try again.'],
  },
  'sign-in-expired': {
    status: 400,
    zh: ['登录已失效', '此次登录已过期、已使用过，或是在另一个浏览器中开始的。请重新登录。'],
    en: [
      'This sign-in has expired',
      'It is older than 10 minutes, was used already, or began in another browser. Sign in again.',
    ],
  },
  'sign-in-refused': {
    status: 400,
    zh: ['登录失败', '身份提供方的响应无法验证。请重新登录；如果再次发生，请联系管理员。'],
    en: [
      'Signing in failed',
      'The answer of the identity provider could not be verified. Sign in again; if it happens again, tell the operator.',
    ],
  },
  'sign-in-denied': {
    status: 403,
    zh: ['未登录', '身份提供方没有完成登录。'],
    en: ['You are not signed in', 'The identity provider did not complete the sign-in.'],
  },
  'no-role': {
    status: 403,
    zh: ['没有权限', '您的账号没有此控制台的任何角色。请向管理员申请，或换一个账号登录。'],
    en: [
      'You have no role here',
      'Your account has none of the roles of this console. Ask its operator for one, or sign in with another account.',
    ],
  },
} as const satisfies Record<string, { status: number; zh: [string, string]; en: [string, string] }>

export type Message = keyof typeof messages

/** Sends a page that says what happened, with a link to try again. `again` is its local address. */
export function messagePage(reply: FastifyReply, message: Message, again = '/'): FastifyReply {
  const { status, zh, en } = messages[message]
  const nonce = randomBytes(16).toString('base64')
  const section = (lang: string, [title, text]: readonly [string, string], link: string) =>
    `<section lang="${lang}"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>` +
    `<p><a href="${escapeHtml(again)}">${link}</a></p></section>`
  return reply
    .code(status)
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(zh[0])} · ${escapeHtml(en[0])}</title>
<style nonce="${nonce}">body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:10vh auto;padding:0 1rem}h1{font-size:1.4rem}</style>
</head>
<body>
<main>
${section('zh-CN', zh, '重试')}
${section('en', en, 'Try again')}
</main>
</body>
</html>
`)
}
