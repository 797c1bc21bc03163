import { describeApi } from '@alipay-checkout/gateway/openapi'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

/** The types of the console's calls: made of what the gateway serves as `/openapi.json`. */
export async function openapiTypes(): Promise<string> {
  const description = (await describeApi()) as unknown as OpenAPI3
  const types = astToString(await openapiTS(description, { alphabetize: true, immutable: true }))
  return `// Written by \`npm run docs\` from the gateway's OpenAPI description.\n\n${types}`
}
