/** Secrets that all services of a test share. They protect nothing. */
export const testSecrets = {
  JWT_SECRET: 'test-jwt-secret-that-guards-nothing',
  SERVICE_TOKEN: 'test-service-token-that-guards-nothing',
  RETURN_URL_SECRET: 'test-return-url-secret-that-guards-nothing',
  QUOTE_SECRET: 'test-quote-secret-that-guards-nothing',
} as const
