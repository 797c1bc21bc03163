// Written by `npm run docs` from the gateway's OpenAPI description.

export interface paths {
    readonly "/api/admin/audit-log": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who changed what, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly action?: string;
                    readonly actor?: string;
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description A day in Beijing (2026-03-01) or a moment (2026-03-01T08:00:00Z) */
                    readonly from?: string;
                    /** @description 1 to 100, default 50 */
                    readonly limit?: string;
                    /** @description An id, or an order’s */
                    readonly object?: string;
                    /** @description A day in Beijing (2026-03-01) or a moment (2026-03-01T08:00:00Z) */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Such as `order.cancel` or `refund.approve` */
                                readonly action: string;
                                /** @description `sub` of the token */
                                readonly actor: string;
                                readonly after?: unknown;
                                /** Format: date-time */
                                readonly at: string;
                                /** @description `aud_` and 32 hex digits */
                                readonly auditId: string;
                                readonly before?: unknown;
                                /** @description The id of what was changed */
                                readonly object: string;
                                readonly orderId?: string;
                                readonly reason?: string;
                                readonly requestId?: string;
                                /** @description The role that permitted it */
                                readonly role?: string;
                                readonly service: string;
                                readonly traceId?: string;
                            }[];
                            /** @description Services that could not answer */
                            readonly missing?: readonly string[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/cases": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Cases that need a person, with filters */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description Who works on it */
                    readonly claimedBy?: string;
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    readonly kind?: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                    /** @description First; default: newest */
                    readonly order?: "oldest" | "newest";
                    /** @description Order id: `ord_` and 32 hex digits */
                    readonly orderId?: string;
                    readonly status?: "OPEN" | "APPROVED" | "RESOLVED";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly amountFen?: number;
                                readonly caseId: string;
                                /** Format: date-time */
                                readonly claimedAt?: string;
                                readonly claimedBy?: string;
                                readonly evidence: unknown;
                                readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                                /** Format: date-time */
                                readonly openedAt: string;
                                readonly orderId?: string;
                                readonly outTradeNo?: string;
                                readonly proposal: {
                                    readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                    readonly why: string;
                                };
                                /** Format: date-time */
                                readonly resolvedAt?: string;
                                readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                                readonly summary: string;
                                readonly trail: readonly {
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly by: string;
                                    readonly note?: string;
                                    readonly what: string;
                                }[];
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/cases/{caseId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A case, with its evidence and audit trail */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description `case_…` */
                    readonly caseId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description The case */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly amountFen?: number;
                            readonly caseId: string;
                            /** Format: date-time */
                            readonly claimedAt?: string;
                            readonly claimedBy?: string;
                            readonly evidence: unknown;
                            readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                            /** Format: date-time */
                            readonly openedAt: string;
                            readonly orderId?: string;
                            readonly outTradeNo?: string;
                            readonly proposal: {
                                readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                readonly why: string;
                            };
                            /** Format: date-time */
                            readonly resolvedAt?: string;
                            readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                            readonly summary: string;
                            readonly trail: readonly {
                                /** Format: date-time */
                                readonly at: string;
                                readonly by: string;
                                readonly note?: string;
                                readonly what: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-not-found: The case was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/cases/{caseId}/claim": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Claim a case, so that two people do not work on it */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description `case_…` */
                    readonly caseId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly amountFen?: number;
                            readonly caseId: string;
                            /** Format: date-time */
                            readonly claimedAt?: string;
                            readonly claimedBy?: string;
                            readonly evidence: unknown;
                            readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                            /** Format: date-time */
                            readonly openedAt: string;
                            readonly orderId?: string;
                            readonly outTradeNo?: string;
                            readonly proposal: {
                                readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                readonly why: string;
                            };
                            /** Format: date-time */
                            readonly resolvedAt?: string;
                            readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                            readonly summary: string;
                            readonly trail: readonly {
                                /** Format: date-time */
                                readonly at: string;
                                readonly by: string;
                                readonly note?: string;
                                readonly what: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-not-found: The case was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-already-resolved: The case is already resolved. case-claimed: Another person works on the case */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/cases/{caseId}/release": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Release a claimed case */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description `case_…` */
                    readonly caseId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly amountFen?: number;
                            readonly caseId: string;
                            /** Format: date-time */
                            readonly claimedAt?: string;
                            readonly claimedBy?: string;
                            readonly evidence: unknown;
                            readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                            /** Format: date-time */
                            readonly openedAt: string;
                            readonly orderId?: string;
                            readonly outTradeNo?: string;
                            readonly proposal: {
                                readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                readonly why: string;
                            };
                            /** Format: date-time */
                            readonly resolvedAt?: string;
                            readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                            readonly summary: string;
                            readonly trail: readonly {
                                /** Format: date-time */
                                readonly at: string;
                                readonly by: string;
                                readonly note?: string;
                                readonly what: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-not-found: The case was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-already-resolved: The case is already resolved */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/cases/{caseId}/resolve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Preview or resolve a case
         * @description Only `"preview": false` acts; otherwise the answer shows what the action would do.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description `case_…` */
                    readonly caseId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                        readonly note: string;
                        readonly preview?: boolean;
                    };
                };
            };
            readonly responses: {
                /** @description The case after the action, or as it would be after it */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly amountFen?: number;
                            readonly caseId: string;
                            /** Format: date-time */
                            readonly claimedAt?: string;
                            readonly claimedBy?: string;
                            readonly evidence: unknown;
                            readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                            /** Format: date-time */
                            readonly openedAt: string;
                            readonly orderId?: string;
                            readonly outTradeNo?: string;
                            readonly proposal: {
                                readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                readonly why: string;
                            };
                            /** Format: date-time */
                            readonly resolvedAt?: string;
                            readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                            readonly summary: string;
                            readonly trail: readonly {
                                /** Format: date-time */
                                readonly at: string;
                                readonly by: string;
                                readonly note?: string;
                                readonly what: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-not-found: The case was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description case-already-resolved: The case is already resolved. case-claimed: Another person works on the case. second-person-required: A second admin has to approve this action */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-failed: 支付宝接口调用失败 */
                readonly 502: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-timeout: 支付宝接口调用失败 */
                readonly 504: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/consumers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Consumer groups of this system: lag and waiting dead letters */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Waiting */
                                readonly deadLetters: number;
                                readonly group: string;
                                /** @description Records not committed; null where unknown */
                                readonly lag: number | null;
                                readonly topics: readonly {
                                    readonly lag: number;
                                    readonly topic: string;
                                }[];
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/customers/{id}/erase": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Erase the personal data of a customer
         * @description Of every order that ended unpaid, was fully refunded or shipped completely: the recipient is deleted, the customer’s id becomes a pseudonym, and what Alipay sent about the buyer is deleted. Other orders are kept and listed. It can not be undone. Repeating it is safe and erases what is finished since.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The customer’s id, `sub` of their tokens */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description What was erased, and what is kept */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly erasedOrders: number;
                            readonly keptOrders: readonly {
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly why: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/customers/{id}/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Everything that is stored about a customer
         * @description All orders with recipients and timelines, and all payments with refunds, notifies and cases. A customer who has ordered nothing gets empty lists. An answer that ends early is not complete: repeat the request.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The customer’s id, `sub` of their tokens */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description The export */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description The customer, `sub` of the shopper’s token */
                            readonly customerId: string;
                            /** Format: date-time */
                            readonly exportedAt: string;
                            readonly orders: readonly {
                                readonly adjustments: readonly {
                                    /** @description Fen; negative for a discount */
                                    readonly amountFen: number;
                                    /** @description For the shopper */
                                    readonly label: string;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku?: string;
                                    /** @description A fee for shipping, a reduction, or another fee */
                                    readonly type: "shipping" | "discount" | "surcharge";
                                }[];
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @enum {string} */
                                readonly currency: "CNY";
                                /** Format: date-time */
                                readonly expiresAt: string;
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                readonly items: readonly {
                                    /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                    readonly adjustmentFen?: number;
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    /** @description Title when the order was placed */
                                    readonly title: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly unitPriceFen: number;
                                }[];
                                /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                                readonly metadata?: {
                                    readonly [key: string]: string;
                                };
                                readonly moneyNotes?: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                                }[];
                                /** @description From the shopper to the shop, at most 500 characters */
                                readonly note?: string;
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                readonly shipments?: readonly {
                                    /** @description Who carries the parcel */
                                    readonly carrier: string;
                                    /** Format: date-time */
                                    readonly deliveredAt?: string;
                                    readonly lines: readonly {
                                        /** @description Units */
                                        readonly quantity: number;
                                        /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                        readonly sku: string;
                                    }[];
                                    /** @description Order id: `ord_` and 32 hex digits */
                                    readonly orderId: string;
                                    /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                                    readonly shipmentId: string;
                                    /** Format: date-time */
                                    readonly shippedAt: string;
                                    /** @description The carrier’s number of the parcel */
                                    readonly trackingNumber: string;
                                }[];
                                readonly shipTo?: {
                                    readonly city: string;
                                    /**
                                     * @description Default CN
                                     * @enum {string}
                                     */
                                    readonly country?: "CN";
                                    readonly district: string;
                                    readonly name: string;
                                    /** @description Digits, spaces and `-`, `+` in front */
                                    readonly phone: string;
                                    readonly postalCode?: string;
                                    readonly province: string;
                                    readonly street: string;
                                };
                                readonly status: "PENDING" | "PAID" | "FAILED";
                                readonly timeline: readonly {
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly cause: string;
                                    readonly detail?: unknown;
                                    readonly service: string;
                                    readonly what: string;
                                }[];
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                            }[];
                            readonly payments: readonly ({
                                readonly attempts: readonly {
                                    readonly [key: string]: unknown;
                                }[];
                                readonly cases: readonly {
                                    readonly [key: string]: unknown;
                                }[];
                                readonly notifies: readonly {
                                    readonly [key: string]: unknown;
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly refunds: readonly {
                                    readonly [key: string]: unknown;
                                }[];
                            } & {
                                readonly [key: string]: unknown;
                            })[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Records that a consumer could not handle, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    readonly group?: string;
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                    readonly reasonKey?: string;
                    readonly status?: "WAITING" | "REDRIVING" | "REDRIVEN" | "DISCARDING" | "DISCARDED";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description The first bytes of each part that is not plain text, by its name: `key`, `value` (at most 4,000 bytes) or `header ce_type`. Absent where all parts are text, or personal data was erased from the record */
                                readonly base64?: {
                                    readonly [key: string]: string;
                                };
                                readonly caseId?: string;
                                /** Format: date-time */
                                readonly deadLetteredAt: string;
                                /** @description `dlq_`, the group, and the partition and the offset in its dead-letter topic */
                                readonly deadLetterId: string;
                                readonly group: string;
                                /** Format: date-time */
                                readonly handledAt?: string;
                                readonly handledBy?: string;
                                readonly handledReason?: string;
                                readonly headers: {
                                    readonly [key: string]: string;
                                };
                                readonly key?: string;
                                readonly offset: string;
                                readonly orderId?: string;
                                readonly partition: string;
                                readonly reason: string;
                                /** @description The reason without its numbers and ids: the same for the same fault */
                                readonly reasonKey: string;
                                /** @description False for an event that was never published */
                                readonly redrivable: boolean;
                                readonly status: "WAITING" | "REDRIVING" | "REDRIVEN" | "DISCARDING" | "DISCARDED";
                                readonly topic: string;
                                /** @description The type of the event */
                                readonly type?: string;
                                readonly value?: string;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A dead letter */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The dead letter’s id, `dlq_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description The first bytes of each part that is not plain text, by its name: `key`, `value` (at most 4,000 bytes) or `header ce_type`. Absent where all parts are text, or personal data was erased from the record */
                            readonly base64?: {
                                readonly [key: string]: string;
                            };
                            readonly caseId?: string;
                            /** Format: date-time */
                            readonly deadLetteredAt: string;
                            /** @description `dlq_`, the group, and the partition and the offset in its dead-letter topic */
                            readonly deadLetterId: string;
                            readonly group: string;
                            /** Format: date-time */
                            readonly handledAt?: string;
                            readonly handledBy?: string;
                            readonly handledReason?: string;
                            readonly headers: {
                                readonly [key: string]: string;
                            };
                            readonly key?: string;
                            readonly offset: string;
                            readonly orderId?: string;
                            readonly partition: string;
                            readonly reason: string;
                            /** @description The reason without its numbers and ids: the same for the same fault */
                            readonly reasonKey: string;
                            /** @description False for an event that was never published */
                            readonly redrivable: boolean;
                            readonly status: "WAITING" | "REDRIVING" | "REDRIVEN" | "DISCARDING" | "DISCARDED";
                            readonly topic: string;
                            /** @description The type of the event */
                            readonly type?: string;
                            readonly value?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description dead-letter-not-found: The dead letter was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/{id}/discard": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Discard a dead letter, with a reason
         * @description Its consumer never gets it. The record and the reason are kept.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The dead letter’s id, `dlq_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description The first bytes of each part that is not plain text, by its name: `key`, `value` (at most 4,000 bytes) or `header ce_type`. Absent where all parts are text, or personal data was erased from the record */
                            readonly base64?: {
                                readonly [key: string]: string;
                            };
                            readonly caseId?: string;
                            /** Format: date-time */
                            readonly deadLetteredAt: string;
                            /** @description `dlq_`, the group, and the partition and the offset in its dead-letter topic */
                            readonly deadLetterId: string;
                            readonly group: string;
                            /** Format: date-time */
                            readonly handledAt?: string;
                            readonly handledBy?: string;
                            readonly handledReason?: string;
                            readonly headers: {
                                readonly [key: string]: string;
                            };
                            readonly key?: string;
                            readonly offset: string;
                            readonly orderId?: string;
                            readonly partition: string;
                            readonly reason: string;
                            /** @description The reason without its numbers and ids: the same for the same fault */
                            readonly reasonKey: string;
                            /** @description False for an event that was never published */
                            readonly redrivable: boolean;
                            readonly status: "WAITING" | "REDRIVING" | "REDRIVEN" | "DISCARDING" | "DISCARDED";
                            readonly topic: string;
                            /** @description The type of the event */
                            readonly type?: string;
                            readonly value?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description dead-letter-not-found: The dead letter was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description dead-letter-handled: The dead letter does not wait for a decision */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/{id}/redrive": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Deliver a dead letter to its consumer again
         * @description It is written to Kafka afterwards. A repeat changes nothing.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The dead letter’s id, `dlq_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly reason?: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description The first bytes of each part that is not plain text, by its name: `key`, `value` (at most 4,000 bytes) or `header ce_type`. Absent where all parts are text, or personal data was erased from the record */
                            readonly base64?: {
                                readonly [key: string]: string;
                            };
                            readonly caseId?: string;
                            /** Format: date-time */
                            readonly deadLetteredAt: string;
                            /** @description `dlq_`, the group, and the partition and the offset in its dead-letter topic */
                            readonly deadLetterId: string;
                            readonly group: string;
                            /** Format: date-time */
                            readonly handledAt?: string;
                            readonly handledBy?: string;
                            readonly handledReason?: string;
                            readonly headers: {
                                readonly [key: string]: string;
                            };
                            readonly key?: string;
                            readonly offset: string;
                            readonly orderId?: string;
                            readonly partition: string;
                            readonly reason: string;
                            /** @description The reason without its numbers and ids: the same for the same fault */
                            readonly reasonKey: string;
                            /** @description False for an event that was never published */
                            readonly redrivable: boolean;
                            readonly status: "WAITING" | "REDRIVING" | "REDRIVEN" | "DISCARDING" | "DISCARDED";
                            readonly topic: string;
                            /** @description The type of the event */
                            readonly type?: string;
                            readonly value?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description dead-letter-not-found: The dead letter was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description dead-letter-handled: The dead letter does not wait for a decision */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/discard": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Discard all waiting dead letters of a group with one reason */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly group: string;
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                        readonly reasonKey: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly count: number;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/reasons": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Waiting dead letters by group and reason */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly count: number;
                                readonly group: string;
                                /** Format: date-time */
                                readonly oldestAt: string;
                                readonly reasonKey: string;
                                readonly redrivable: number;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/dead-letters/redrive": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Redrive all waiting dead letters of a group with one reason */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly group: string;
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                        readonly reasonKey: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly count: number;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/due": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Work that the services do by themselves when it is due, beside its timers */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Rows that are due now, at most 10,000 */
                                readonly due: number;
                                /** @description The name of the worker and of its queue */
                                readonly kind: string;
                                readonly nextDueAt: string | null;
                                readonly oldestDueAt: string | null;
                                readonly service: string;
                                readonly timers: {
                                    readonly delayed: number;
                                    readonly nextAt: string | null;
                                } | null;
                                /** @description Rows that are due later, at most 10,000 */
                                readonly waiting: number;
                            }[];
                            /** @description Services that could not answer */
                            readonly missing: readonly string[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The services: versions, dependencies, settings that are no secrets, keys */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly services: readonly {
                                readonly info: {
                                    /** @description `ok`, or why a dependency does not answer */
                                    readonly checks: {
                                        readonly [key: string]: string;
                                    };
                                    readonly degraded: readonly string[];
                                    readonly keys: readonly {
                                        readonly daysLeft: number | null;
                                        /** @description SHA-256 */
                                        readonly fingerprint: string;
                                        readonly name: string;
                                    }[];
                                    readonly node: string;
                                    readonly service: string;
                                    readonly settings: {
                                        readonly [key: string]: string;
                                    };
                                    /** Format: date-time */
                                    readonly startedAt: string;
                                    readonly version: string;
                                } | null;
                                readonly service: string;
                                readonly status: "ready" | "degraded" | "unavailable";
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/notifies/{notifyId}/replay": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Process a stored Alipay notify again
         * @description A notify that was already applied has no second effect.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description Alipay's `notify_id` */
                    readonly notifyId: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Its result now */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description The result of processing the notify again */
                            readonly verdict: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description notify-not-found: The notify was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Orders, newest first, with filters */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    readonly customer?: string;
                    readonly flag?: "refunded" | "paid_late" | "refunded_after_shipping";
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description A day in Beijing (2026-03-01) or a moment (2026-03-01T08:00:00Z) */
                    readonly from?: string;
                    /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                    readonly fulfilment?: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                    /** @description Fen */
                    readonly maxFen?: string;
                    /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                    readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                    /** @description Fen */
                    readonly minFen?: string;
                    /** @description Whose payment was accepted, refunded or not */
                    readonly paid?: "true";
                    /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                    readonly reference?: string;
                    readonly status?: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                    /** @description A day in Beijing, with the whole day, or a moment */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @description The customer, `sub` of the shopper’s token */
                                readonly customerId: string;
                                /** Format: date-time */
                                readonly expiresAt: string;
                                readonly flags: readonly ("refunded" | "paid_late" | "refunded_after_shipping")[];
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly refundedFen: number;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                                /** @description Units of all lines */
                                readonly units: number;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                            /** @description With filters that no index serves, each page searches a limited number of orders: up to the orders of this time. Null where everything was searched */
                            readonly searchedTo: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One order as all services know it
         * @description A service that can not answer is named in `missing`; what it knows is then absent.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly cases?: readonly {
                                readonly amountFen?: number;
                                readonly caseId: string;
                                /** Format: date-time */
                                readonly claimedAt?: string;
                                readonly claimedBy?: string;
                                readonly evidence: unknown;
                                readonly kind: "amount_mismatch" | "app_mismatch" | "seller_mismatch" | "notify_refused" | "unknown_order" | "refund_failed" | "outside_refund" | "bill_difference" | "bill_unavailable" | "certificate_expiring" | "parked_message";
                                /** Format: date-time */
                                readonly openedAt: string;
                                readonly orderId?: string;
                                readonly outTradeNo?: string;
                                readonly proposal: {
                                    readonly action: "none" | "retry_refund" | "refund_trade" | "accept_payment" | "query_trade" | "book_outside_refund";
                                    readonly why: string;
                                };
                                /** Format: date-time */
                                readonly resolvedAt?: string;
                                readonly status: "OPEN" | "APPROVED" | "RESOLVED";
                                readonly summary: string;
                                readonly trail: readonly {
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly by: string;
                                    readonly note?: string;
                                    readonly what: string;
                                }[];
                            }[];
                            /** @description Services that could not answer */
                            readonly missing: readonly string[];
                            readonly order?: {
                                readonly adjustments: readonly {
                                    /** @description Fen; negative for a discount */
                                    readonly amountFen: number;
                                    /** @description For the shopper */
                                    readonly label: string;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku?: string;
                                    /** @description A fee for shipping, a reduction, or another fee */
                                    readonly type: "shipping" | "discount" | "surcharge";
                                }[];
                                readonly closeReason?: string;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @enum {string} */
                                readonly currency: "CNY";
                                /** @description The customer, `sub` of the shopper’s token */
                                readonly customerId: string;
                                /** Format: date-time */
                                readonly expiresAt: string;
                                readonly flags: readonly ("refunded" | "paid_late" | "refunded_after_shipping")[];
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                readonly items: readonly {
                                    /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                    readonly adjustmentFen?: number;
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    /** @description Title when the order was placed */
                                    readonly title: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly unitPriceFen: number;
                                }[];
                                /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                                readonly metadata?: {
                                    readonly [key: string]: string;
                                };
                                readonly moneyNotes?: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                                }[];
                                /** @description What the staff wrote, oldest first */
                                readonly notes: readonly {
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly by: string;
                                    readonly note: string;
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description Masked: `GET /api/admin/orders/{id}/recipient` shows it to those who may see it */
                                readonly recipient?: {
                                    readonly note?: string;
                                    readonly shipTo?: {
                                        readonly city?: string;
                                        /**
                                         * @description Default CN
                                         * @enum {string}
                                         */
                                        readonly country?: "CN";
                                        readonly district?: string;
                                        readonly name?: string;
                                        /** @description Digits, spaces and `-`, `+` in front */
                                        readonly phone?: string;
                                        readonly postalCode?: string;
                                        readonly province?: string;
                                        readonly street?: string;
                                    };
                                };
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly refundedFen: number;
                                readonly shipments: {
                                    /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                    readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                    readonly items: readonly {
                                        /** @description Who carries the parcel */
                                        readonly carrier: string;
                                        /** Format: date-time */
                                        readonly deliveredAt?: string;
                                        readonly lines: readonly {
                                            /** @description Units */
                                            readonly quantity: number;
                                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                            readonly sku: string;
                                        }[];
                                        /** @description Order id: `ord_` and 32 hex digits */
                                        readonly orderId: string;
                                        /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                                        readonly shipmentId: string;
                                        /** Format: date-time */
                                        readonly shippedAt: string;
                                        /** @description The carrier’s number of the parcel */
                                        readonly trackingNumber: string;
                                    }[];
                                    readonly left: readonly {
                                        /** @description Units */
                                        readonly quantity: number;
                                        /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                        readonly sku: string;
                                    }[];
                                    readonly refundedShippedLines: readonly {
                                        /** @description Units */
                                        readonly quantity: number;
                                        /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                        readonly sku: string;
                                    }[];
                                };
                                readonly status: "PENDING" | "PAID" | "FAILED";
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                                /** @description The trace of the order, which its log lines name; not every trace is recorded */
                                readonly traceId?: string;
                            };
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly payment?: {
                                /** @description Amount in fen (0.01 yuan) */
                                readonly amountFen: number;
                                readonly attempts: readonly {
                                    /** Format: date-time */
                                    readonly closedAt?: string;
                                    readonly closeTries: number;
                                    /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                    readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                    /** Format: date-time */
                                    readonly openedAt?: string;
                                    /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                    readonly outTradeNo: string;
                                    /** Format: date-time */
                                    readonly paidAt?: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly paidFen?: number;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly refundedFen: number;
                                    /** @description CREATED, OPENED, PAID or CLOSED */
                                    readonly status: string;
                                    /** Format: date-time */
                                    readonly timeExpire?: string;
                                    /** @description Alipay’s number */
                                    readonly tradeNo?: string;
                                }[];
                                readonly closingReason?: string;
                                /** Format: date-time */
                                readonly expiresAt: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly keptFen: number;
                                /** @description Oldest first, at most 100 */
                                readonly notifies: readonly {
                                    readonly notifyId: string;
                                    readonly outTradeNo: string;
                                    /** Format: date-time */
                                    readonly receivedAt: string;
                                    readonly result: string;
                                    readonly tradeStatus: string;
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly paidFen: number;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly refundedFen: number;
                                readonly state: "EXPECTED" | "CLOSING" | "PAID" | "CLOSED";
                            };
                            readonly refunds?: {
                                readonly items: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    readonly approvedBy?: string;
                                    /** Format: date-time */
                                    readonly finishedAt?: string;
                                    readonly lines?: readonly {
                                        /** @description Units */
                                        readonly quantity: number;
                                        /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                        readonly sku: string;
                                    }[];
                                    /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                    readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                    readonly note?: string;
                                    /** @description Order id: `ord_` and 32 hex digits */
                                    readonly orderId: string;
                                    /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                    readonly outTradeNo: string;
                                    /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                                    readonly reason: "requested" | "late_payment" | "second_payment";
                                    /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                                    readonly refundId: string;
                                    /** Format: date-time */
                                    readonly requestedAt: string;
                                    readonly requestedBy: string;
                                    /** @description What `includeShipping` added to `amountFen`, fen */
                                    readonly shippingFen?: number;
                                    readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                                    readonly why?: string;
                                }[];
                                /** @description What refunds by line can still take of the trade that paid the order */
                                readonly lines: readonly {
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description What a refund of all these units takes, fen. It is never more than `refundableFen` of the trade: where that is less than their share, because an amount was refunded before, refund an amount instead */
                                    readonly refundableFen: number;
                                    /** @description Units that no refund has taken; 0 where nothing is left of the trade */
                                    readonly refundableQuantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                }[];
                                /** @description Amount in fen (0.01 yuan) */
                                readonly paidFen: number;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly refundableFen: number;
                                /** @description What `includeShipping` adds, fen; never more than `refundableFen` of the trade */
                                readonly shippingRefundableFen: number;
                                readonly trades: readonly {
                                    /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                    readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                    /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                    readonly outTradeNo: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly paidFen: number;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly refundableFen: number;
                                }[];
                            };
                            readonly stock?: {
                                readonly items: readonly {
                                    readonly quantity: number;
                                    /** @description Units of a sold line that are on sale again */
                                    readonly returned: number;
                                    readonly sku: string;
                                    /** @description RESERVED, COMMITTED (sold), RELEASED or REJECTED */
                                    readonly status: string;
                                }[];
                            };
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancel an unpaid order
         * @description Its stock goes back on sale once Alipay takes no more money for it. A repeat changes nothing.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-cancellable: The order can no longer be cancelled */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/notes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Write a note about an order, for the staff
         * @description It is an entry of the timeline. Do not write personal data into it.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description Repeating the request with the same key is one note: 1 to 255 visible ASCII characters */
                    readonly "idempotency-key"?: string;
                };
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly note: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description idempotency-key-reused: The Idempotency-Key was used with another request */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/recipient": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Where an order is sent, and the shopper’s note
         * @description For the roles `fulfilment` and `owner`. Each reading is an entry of the order’s timeline.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Without `shipTo` or `note` where the shopper gave none, or they are deleted */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description From the shopper to the shop, at most 500 characters */
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly shipTo?: {
                                readonly city: string;
                                /**
                                 * @description Default CN
                                 * @enum {string}
                                 */
                                readonly country?: "CN";
                                readonly district: string;
                                readonly name: string;
                                /** @description Digits, spaces and `-`, `+` in front */
                                readonly phone: string;
                                readonly postalCode?: string;
                                readonly province: string;
                                readonly street: string;
                            };
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/refunds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The refunds of an order, and what can still be refunded of it, by line too */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description All refunds of the order */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Amount in fen (0.01 yuan) */
                                readonly amountFen: number;
                                readonly approvedBy?: string;
                                /** Format: date-time */
                                readonly finishedAt?: string;
                                readonly lines?: readonly {
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                }[];
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                readonly note?: string;
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo: string;
                                /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                                readonly reason: "requested" | "late_payment" | "second_payment";
                                /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                                readonly refundId: string;
                                /** Format: date-time */
                                readonly requestedAt: string;
                                readonly requestedBy: string;
                                /** @description What `includeShipping` added to `amountFen`, fen */
                                readonly shippingFen?: number;
                                readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                                readonly why?: string;
                            }[];
                            /** @description What refunds by line can still take of the trade that paid the order */
                            readonly lines: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description What a refund of all these units takes, fen. It is never more than `refundableFen` of the trade: where that is less than their share, because an amount was refunded before, refund an amount instead */
                                readonly refundableFen: number;
                                /** @description Units that no refund has taken; 0 where nothing is left of the trade */
                                readonly refundableQuantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Amount in fen (0.01 yuan) */
                            readonly paidFen: number;
                            /** @description Amount in fen (0.01 yuan) */
                            readonly refundableFen: number;
                            /** @description What `includeShipping` adds, fen; never more than `refundableFen` of the trade */
                            readonly shippingRefundableFen: number;
                            readonly trades: readonly {
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly paidFen: number;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly refundableFen: number;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Refund an order
         * @description Send `amountFen`, or `lines`, or neither for the whole remaining amount. `lines` take their share of what was paid, discounts and surcharges included; `includeShipping` adds what is left of the shipping fee, which the whole has anyway. `returnToStock` puts the units of `lines` back on sale. If an order was paid more than once, `outTradeNo` selects the trade; by default it is the trade that paid the order. The answer is 202: the refund is executed afterwards, and the list of refunds shows its result. With `preview` nothing is done, and the answer is 200: what the refund would take. A large one waits for a second person (AWAITING_APPROVAL), and a cashier has a limit.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description Repeating the request with the same key is the same refund: 1 to 255 visible ASCII characters */
                    readonly "idempotency-key"?: string;
                };
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly amountFen?: number;
                        readonly includeShipping?: boolean;
                        readonly lines?: readonly {
                            /** @description Units */
                            readonly quantity: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                        }[];
                        /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                        readonly outTradeNo?: string;
                        /** @description True: nothing is done; the answer says what would be */
                        readonly preview?: boolean;
                        /** @description Required, except with `preview` */
                        readonly reason?: string;
                        readonly returnToStock?: boolean;
                    };
                };
            };
            readonly responses: {
                /** @description With `preview`: what the refund would do */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Amount in fen (0.01 yuan) */
                            readonly amountFen: number;
                            /** @description A second person has to approve it before Alipay is called */
                            readonly needsApproval: boolean;
                            /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                            readonly outTradeNo: string;
                            /** @enum {boolean} */
                            readonly preview: true;
                            /** @description What could still be refunded of the trade afterwards */
                            readonly refundableAfterFen: number;
                            /** @description Amount in fen (0.01 yuan) */
                            readonly shippingFen: number;
                        };
                    };
                };
                /** @description The refund, pending */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Amount in fen (0.01 yuan) */
                            readonly amountFen: number;
                            readonly approvedBy?: string;
                            /** Format: date-time */
                            readonly finishedAt?: string;
                            readonly lines?: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                            readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                            readonly outTradeNo: string;
                            /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                            readonly reason: "requested" | "late_payment" | "second_payment";
                            /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                            readonly refundId: string;
                            /** Format: date-time */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description What `includeShipping` added to `amountFen`, fen */
                            readonly shippingFen?: number;
                            readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                            readonly why?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role. refund-limit-exceeded: The refund exceeds the limit of the role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-refundable: The order has no refundable payment. refund-exceeds-balance: The refund exceeds the refundable amount */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description idempotency-key-reused: The Idempotency-Key was used with another request */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/shipments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The shipments of an order, and what is left to ship
         * @description Needs the role `fulfilment` or `warehouse`.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description All shipments of the order, oldest first */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                            readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                            readonly items: readonly {
                                /** @description Who carries the parcel */
                                readonly carrier: string;
                                /** Format: date-time */
                                readonly deliveredAt?: string;
                                readonly lines: readonly {
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                                readonly shipmentId: string;
                                /** Format: date-time */
                                readonly shippedAt: string;
                                /** @description The carrier’s number of the parcel */
                                readonly trackingNumber: string;
                            }[];
                            readonly left: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            readonly refundedShippedLines: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Report that a shipment of an order has left
         * @description Without `lines`, all that is left of the order is shipped. Only a PAID order can be shipped, and never more of it than was paid, not refunded and not shipped. Needs the role `fulfilment` or `warehouse`. Send an `Idempotency-Key`: without one, a repeated request is another shipment.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description Repeating the request with the same key is the same shipment: 1 to 255 visible ASCII characters */
                    readonly "idempotency-key"?: string;
                };
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Who carries the parcel */
                        readonly carrier: string;
                        readonly lines?: readonly {
                            /** @description Units */
                            readonly quantity: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                        }[];
                        /** @description The carrier’s number of the parcel */
                        readonly trackingNumber: string;
                    };
                };
            };
            readonly responses: {
                /** @description The shipment of the first request with this key */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Who carries the parcel */
                            readonly carrier: string;
                            /** Format: date-time */
                            readonly deliveredAt?: string;
                            readonly lines: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                            readonly shipmentId: string;
                            /** Format: date-time */
                            readonly shippedAt: string;
                            /** @description The carrier’s number of the parcel */
                            readonly trackingNumber: string;
                        };
                    };
                };
                /** @description The shipment */
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Who carries the parcel */
                            readonly carrier: string;
                            /** Format: date-time */
                            readonly deliveredAt?: string;
                            readonly lines: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                            readonly shipmentId: string;
                            /** Format: date-time */
                            readonly shippedAt: string;
                            /** @description The carrier’s number of the parcel */
                            readonly trackingNumber: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-shippable: The order can not be shipped. shipment-exceeds-order: The shipment exceeds what is left of the order */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description idempotency-key-reused: The Idempotency-Key was used with another request */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/timeline": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Everything that happened to an order, oldest first
         * @description A service that can not answer is named in `missing`; its entries are then left out.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Oldest first */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly entries: readonly {
                                /** Format: date-time */
                                readonly at: string;
                                readonly cause: string;
                                readonly detail?: unknown;
                                readonly service: string;
                                readonly what: string;
                            }[];
                            readonly missing?: readonly string[];
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/orders/{id}/trace": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The trace of an order: what every process did for it, and when
         * @description Read from the address in the setting TRACES_URL. Not every trace is recorded.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description In the order of their start */
                            readonly spans: readonly {
                                readonly durationMs: number;
                                readonly error?: string;
                                /** @description Other traces, such as that of the request that caused it */
                                readonly linkedTraceIds: readonly string[];
                                readonly name: string;
                                /** @description May name a span that was not recorded */
                                readonly parentSpanId?: string;
                                readonly service: string;
                                readonly spanId: string;
                                /** Format: date-time */
                                readonly startedAt: string;
                                /** @description After the start of the trace */
                                readonly startMs: number;
                            }[];
                            /** @description `no_source`: the setting TRACES_URL is not set. `not_recorded`: the trace was not sampled, or is no longer kept */
                            readonly state: "no_source" | "not_recorded" | "recorded";
                            /** @description Null for an order that was placed before traces */
                            readonly traceId: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable. service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/payments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Payments of orders, newest first, by state and age */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                    /** @description Seconds since the order was placed */
                    readonly olderThan?: string;
                    /** @description The day in Beijing of Alipay’s time of a payment */
                    readonly paidOn?: string;
                    readonly state?: "EXPECTED" | "CLOSING" | "PAID" | "CLOSED" | "UNCLEAR";
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Amount in fen (0.01 yuan) */
                                readonly amountFen: number;
                                readonly attempts: number;
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo?: string;
                                /** Format: date-time */
                                readonly paidAt?: string;
                                readonly state: "EXPECTED" | "CLOSING" | "PAID" | "CLOSED";
                                /** @description Alipay’s number */
                                readonly tradeNo?: string;
                                /** @description A closing at Alipay had no clear answer and is tried again */
                                readonly unclear: boolean;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/payments/{id}/close": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Close an order’s open attempts at Alipay now
         * @description The shopper can no longer pay by the links that are closed. An order that can still be paid gets a new attempt when it is opened again; cancel the order to end it.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly results: readonly {
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo: string;
                                /** @description For people */
                                readonly result: string;
                            }[];
                            readonly state: "EXPECTED" | "CLOSING" | "PAID" | "CLOSED";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-failed: 支付宝接口调用失败 */
                readonly 502: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-timeout: 支付宝接口调用失败 */
                readonly 504: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/payments/{id}/query": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Query Alipay about an order’s payment now, and apply the answer */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly results: readonly {
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo: string;
                                /** @description For people */
                                readonly result: string;
                            }[];
                            readonly state: "EXPECTED" | "CLOSING" | "PAID" | "CLOSED";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-failed: 支付宝接口调用失败 */
                readonly 502: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-timeout: 支付宝接口调用失败 */
                readonly 504: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/products": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All products, also those not on sale, by SKU */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description 1 to 100, default 100 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description One page */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly available: number;
                                readonly maxPerCustomer: number | null;
                                readonly onSale: boolean;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly priceFen: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                                readonly title: string;
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/products/{sku}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Create a product, or change its title, price, sale and limit
         * @description The body is the whole product: without `onSale` it is on sale, without `maxPerCustomer` a customer may buy any number. A product that is not on sale is not listed, and new orders of it are refused; earlier orders continue.
         */
        readonly put: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description 1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit */
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly maxPerCustomer?: number | null;
                        readonly onSale?: boolean;
                        readonly priceFen: number;
                        readonly reason?: string;
                        readonly title: string;
                    };
                };
            };
            readonly responses: {
                /** @description The product */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly available: number;
                            readonly maxPerCustomer: number | null;
                            readonly onSale: boolean;
                            /** @description Amount in fen (0.01 yuan) */
                            readonly priceFen: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                            readonly title: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/products/{sku}/changes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who changed a product, when and how, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description 1 to 100, default 100 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path: {
                    /** @description 1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit */
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description One page */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly after: {
                                    readonly maxPerCustomer: number | null;
                                    readonly onSale: boolean;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly priceFen: number;
                                    readonly title: string;
                                };
                                readonly before: {
                                    readonly maxPerCustomer: number | null;
                                    readonly onSale: boolean;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly priceFen: number;
                                    readonly title: string;
                                } | null;
                                /** Format: date-time */
                                readonly changedAt: string;
                                readonly changedBy: string;
                                readonly reason?: string;
                                readonly version: number;
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description product-not-found: The product was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/reconciliations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The newest comparison of each day’s bill, newest day first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description A day in Beijing */
                    readonly from?: string;
                    /** @description 1 to 100, default 31 */
                    readonly limit?: string;
                    /** @description A day in Beijing */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description A day in Beijing */
                                readonly billDate: string;
                                /** @description 服务费 of our rows; positive: paid to Alipay */
                                readonly billFeeFen: number | null;
                                readonly billPaymentFen: number | null;
                                readonly billPayments: number | null;
                                readonly billRefundFen: number | null;
                                readonly billRefunds: number | null;
                                /** Format: date-time */
                                readonly createdAt: string;
                                readonly differences: {
                                    readonly [key: string]: number;
                                } | null;
                                readonly finishedAt: string | null;
                                readonly foreignPaymentFen: number | null;
                                readonly foreignPayments: number | null;
                                readonly foreignRefundFen: number | null;
                                readonly foreignRefunds: number | null;
                                readonly oddRows: number | null;
                                readonly ourPaymentFen: number | null;
                                readonly ourPayments: number | null;
                                readonly ourRefundFen: number | null;
                                readonly ourRefunds: number | null;
                                readonly runId: string;
                                readonly signedOffAt: string | null;
                                readonly signedOffBy: string | null;
                                readonly signOffNote: string | null;
                                readonly startedBy: string;
                                readonly status: "WAITING" | "RUNNING" | "DONE" | "GAVE_UP";
                                readonly tries: number;
                                /** @description Differences that are neither repaired nor settled */
                                readonly unsettled: number;
                                readonly why: string | null;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Compare a day’s bill again, without a date yesterday’s
         * @description While a comparison of the day is in progress, it is that one.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description A day in Beijing */
                        readonly date?: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description A day in Beijing */
                            readonly billDate: string;
                            /** @description 服务费 of our rows; positive: paid to Alipay */
                            readonly billFeeFen: number | null;
                            readonly billPaymentFen: number | null;
                            readonly billPayments: number | null;
                            readonly billRefundFen: number | null;
                            readonly billRefunds: number | null;
                            /** Format: date-time */
                            readonly createdAt: string;
                            readonly differences: {
                                readonly [key: string]: number;
                            } | null;
                            readonly finishedAt: string | null;
                            readonly foreignPaymentFen: number | null;
                            readonly foreignPayments: number | null;
                            readonly foreignRefundFen: number | null;
                            readonly foreignRefunds: number | null;
                            readonly oddRows: number | null;
                            readonly ourPaymentFen: number | null;
                            readonly ourPayments: number | null;
                            readonly ourRefundFen: number | null;
                            readonly ourRefunds: number | null;
                            readonly runId: string;
                            readonly signedOffAt: string | null;
                            readonly signedOffBy: string | null;
                            readonly signOffNote: string | null;
                            readonly startedBy: string;
                            readonly status: "WAITING" | "RUNNING" | "DONE" | "GAVE_UP";
                            readonly tries: number;
                            /** @description Differences that are neither repaired nor settled */
                            readonly unsettled: number;
                            readonly why: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/reconciliations/{date}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The newest comparison of a day’s bill, with its differences */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    readonly offset?: string;
                };
                readonly header?: never;
                readonly path: {
                    /** @description A day in Beijing */
                    readonly date: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly differences: readonly {
                                readonly billAt: string | null;
                                /** @description A day in Beijing */
                                readonly billDate: string;
                                readonly billFen: number | null;
                                /** @description The case about it */
                                readonly caseId: string | null;
                                /** Format: date-time */
                                readonly changedAt: string;
                                readonly detail: string;
                                /** Format: date-time */
                                readonly foundAt: string;
                                readonly kind: string;
                                readonly method: ("alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr") | null;
                                readonly orderId: string | null;
                                readonly ourAt: string | null;
                                readonly ourFen: number | null;
                                readonly outTradeNo: string | null;
                                readonly requestNo: string | null;
                                readonly status: "OPEN" | "CARRIED" | "REPAIRED" | "SETTLED";
                                /** @description An `out_trade_no`, or a refund’s `out_request_no` */
                                readonly subject: string;
                                readonly tradeNo: string | null;
                            }[];
                            readonly nextOffset: number | null;
                            readonly run: {
                                /** @description A day in Beijing */
                                readonly billDate: string;
                                /** @description 服务费 of our rows; positive: paid to Alipay */
                                readonly billFeeFen: number | null;
                                readonly billPaymentFen: number | null;
                                readonly billPayments: number | null;
                                readonly billRefundFen: number | null;
                                readonly billRefunds: number | null;
                                /** Format: date-time */
                                readonly createdAt: string;
                                readonly differences: {
                                    readonly [key: string]: number;
                                } | null;
                                readonly finishedAt: string | null;
                                readonly foreignPaymentFen: number | null;
                                readonly foreignPayments: number | null;
                                readonly foreignRefundFen: number | null;
                                readonly foreignRefunds: number | null;
                                readonly oddRows: number | null;
                                readonly ourPaymentFen: number | null;
                                readonly ourPayments: number | null;
                                readonly ourRefundFen: number | null;
                                readonly ourRefunds: number | null;
                                readonly runId: string;
                                readonly signedOffAt: string | null;
                                readonly signedOffBy: string | null;
                                readonly signOffNote: string | null;
                                readonly startedBy: string;
                                readonly status: "WAITING" | "RUNNING" | "DONE" | "GAVE_UP";
                                readonly tries: number;
                                /** @description Differences that are neither repaired nor settled */
                                readonly unsettled: number;
                                readonly why: string | null;
                            };
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description reconciliation-not-found: The bill of this day has not been compared */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Compare this day’s bill again
         * @description While a comparison of the day is in progress, it is that one.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description A day in Beijing */
                    readonly date: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description A day in Beijing */
                            readonly billDate: string;
                            /** @description 服务费 of our rows; positive: paid to Alipay */
                            readonly billFeeFen: number | null;
                            readonly billPaymentFen: number | null;
                            readonly billPayments: number | null;
                            readonly billRefundFen: number | null;
                            readonly billRefunds: number | null;
                            /** Format: date-time */
                            readonly createdAt: string;
                            readonly differences: {
                                readonly [key: string]: number;
                            } | null;
                            readonly finishedAt: string | null;
                            readonly foreignPaymentFen: number | null;
                            readonly foreignPayments: number | null;
                            readonly foreignRefundFen: number | null;
                            readonly foreignRefunds: number | null;
                            readonly oddRows: number | null;
                            readonly ourPaymentFen: number | null;
                            readonly ourPayments: number | null;
                            readonly ourRefundFen: number | null;
                            readonly ourRefunds: number | null;
                            readonly runId: string;
                            readonly signedOffAt: string | null;
                            readonly signedOffBy: string | null;
                            readonly signOffNote: string | null;
                            readonly startedBy: string;
                            readonly status: "WAITING" | "RUNNING" | "DONE" | "GAVE_UP";
                            readonly tries: number;
                            /** @description Differences that are neither repaired nor settled */
                            readonly unsettled: number;
                            readonly why: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/reconciliations/{date}/sign-off": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Sign off the comparison of a day
         * @description Only a finished one without unsettled differences. A later comparison of the day needs its own.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description A day in Beijing */
                    readonly date: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly note?: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description A day in Beijing */
                            readonly billDate: string;
                            /** @description 服务费 of our rows; positive: paid to Alipay */
                            readonly billFeeFen: number | null;
                            readonly billPaymentFen: number | null;
                            readonly billPayments: number | null;
                            readonly billRefundFen: number | null;
                            readonly billRefunds: number | null;
                            /** Format: date-time */
                            readonly createdAt: string;
                            readonly differences: {
                                readonly [key: string]: number;
                            } | null;
                            readonly finishedAt: string | null;
                            readonly foreignPaymentFen: number | null;
                            readonly foreignPayments: number | null;
                            readonly foreignRefundFen: number | null;
                            readonly foreignRefunds: number | null;
                            readonly oddRows: number | null;
                            readonly ourPaymentFen: number | null;
                            readonly ourPayments: number | null;
                            readonly ourRefundFen: number | null;
                            readonly ourRefunds: number | null;
                            readonly runId: string;
                            readonly signedOffAt: string | null;
                            readonly signedOffBy: string | null;
                            readonly signOffNote: string | null;
                            readonly startedBy: string;
                            readonly status: "WAITING" | "RUNNING" | "DONE" | "GAVE_UP";
                            readonly tries: number;
                            /** @description Differences that are neither repaired nor settled */
                            readonly unsettled: number;
                            readonly why: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description reconciliation-not-found: The bill of this day has not been compared */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description reconciliation-not-settled: The comparison is not finished, or has unsettled differences */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/refunds": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Refunds, newest first, by status */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                    /** @description `OPEN`: `REQUESTED` or `PENDING` */
                    readonly status?: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED" | "OPEN";
                    /** @description The day in Beijing on which it succeeded */
                    readonly succeededOn?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Amount in fen (0.01 yuan) */
                                readonly amountFen: number;
                                readonly approvedBy?: string;
                                /** Format: date-time */
                                readonly finishedAt?: string;
                                readonly lines?: readonly {
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                }[];
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                readonly note?: string;
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                                readonly outTradeNo: string;
                                /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                                readonly reason: "requested" | "late_payment" | "second_payment";
                                /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                                readonly refundId: string;
                                /** Format: date-time */
                                readonly requestedAt: string;
                                readonly requestedBy: string;
                                /** @description What `includeShipping` added to `amountFen`, fen */
                                readonly shippingFen?: number;
                                readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                                readonly why?: string;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/refunds/{id}/approve": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Approve a refund that needs a second person
         * @description Not by the person who requested it. Alipay is called afterwards. A repeat changes nothing.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The refund id, `ref_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Amount in fen (0.01 yuan) */
                            readonly amountFen: number;
                            readonly approvedBy?: string;
                            /** Format: date-time */
                            readonly finishedAt?: string;
                            readonly lines?: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                            readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                            readonly outTradeNo: string;
                            /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                            readonly reason: "requested" | "late_payment" | "second_payment";
                            /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                            readonly refundId: string;
                            /** Format: date-time */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description What `includeShipping` added to `amountFen`, fen */
                            readonly shippingFen?: number;
                            readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                            readonly why?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-found: The refund was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-pending-approval: The refund does not wait for an approval. second-person-required: A second admin has to approve this action */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/refunds/{id}/reject": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Reject a refund that waits for a second person
         * @description Its amount can be refunded again. The person who requested it may reject it too.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The refund id, `ref_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description Why; stored in the audit log */
                        readonly reason: string;
                    };
                };
            };
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Amount in fen (0.01 yuan) */
                            readonly amountFen: number;
                            readonly approvedBy?: string;
                            /** Format: date-time */
                            readonly finishedAt?: string;
                            readonly lines?: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                            readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                            readonly outTradeNo: string;
                            /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                            readonly reason: "requested" | "late_payment" | "second_payment";
                            /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                            readonly refundId: string;
                            /** Format: date-time */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description What `includeShipping` added to `amountFen`, fen */
                            readonly shippingFen?: number;
                            readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                            readonly why?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-found: The refund was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-pending-approval: The refund does not wait for an approval */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/refunds/{id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a failed refund to Alipay again
         * @description With the same number, so that Alipay refunds at most once.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The refund id, `ref_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Amount in fen (0.01 yuan) */
                            readonly amountFen: number;
                            readonly approvedBy?: string;
                            /** Format: date-time */
                            readonly finishedAt?: string;
                            readonly lines?: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                            readonly method?: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo` */
                            readonly outTradeNo: string;
                            /** @description The shop requested it, or the payment came too late or for an order that was paid already */
                            readonly reason: "requested" | "late_payment" | "second_payment";
                            /** @description Refund id and `out_request_no`: `ref_` and 32 hex digits */
                            readonly refundId: string;
                            /** Format: date-time */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description What `includeShipping` added to `amountFen`, fen */
                            readonly shippingFen?: number;
                            readonly status: "AWAITING_APPROVAL" | "REQUESTED" | "PENDING" | "SUCCEEDED" | "FAILED" | "REJECTED";
                            readonly why?: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-found: The refund was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description refund-not-failed: Only a failed refund can be tried again. refund-exceeds-balance: The refund exceeds the refundable amount */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/reports/daily": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Sales, refunds and fees by day, week or month
         * @description Without dates, the last 31 days. At most 400 days.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    readonly by?: "day" | "week" | "month";
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description A day in Beijing */
                    readonly from?: string;
                    /** @description A day in Beijing */
                    readonly to?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly days: number;
                                readonly feeFen: number;
                                /** @description A day in Beijing */
                                readonly from: string;
                                /** @description Paid − refunded − fees */
                                readonly netFen: number;
                                readonly paidFen: number;
                                readonly payments: number;
                                /** @description 2026-03-01, 2026-W09 or 2026-03 */
                                readonly period: string;
                                /** @description Days whose comparison is DONE */
                                readonly reconciledDays: number;
                                readonly refundedFen: number;
                                readonly refunds: number;
                                /** @description A day in Beijing */
                                readonly to: string;
                            }[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What a number identifies
         * @description An order, its reference, `out_trade_no`, Alipay’s number, a refund, a case, a notify, a SKU, a customer or a tracking number.
         */
        readonly get: {
            readonly parameters: {
                readonly query: {
                    readonly q: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** @description Of what was found */
                                readonly id: string;
                                readonly kind: "order" | "customer" | "payment" | "refund" | "case" | "notify" | "shipment" | "product";
                                /** @description What the text is: `reference`, `trade_no`, `tracking number`, … */
                                readonly matched: string;
                                /** @description The order that it belongs to */
                                readonly orderId?: string;
                            }[];
                            /** @description Services that could not answer */
                            readonly missing: readonly string[];
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/shipments/{id}/delivered": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Report that a shipment was delivered
         * @description A repeat changes nothing. Needs the role `fulfilment` or `warehouse`.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The shipment id, `shp_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description The shipment, with the time of its delivery */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Who carries the parcel */
                            readonly carrier: string;
                            /** Format: date-time */
                            readonly deliveredAt?: string;
                            readonly lines: readonly {
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                            }[];
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                            readonly shipmentId: string;
                            /** Format: date-time */
                            readonly shippedAt: string;
                            /** @description The carrier’s number of the parcel */
                            readonly trackingNumber: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description shipment-not-found: The shipment was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/stock": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Products with where their units are, by SKU */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description Fewer available units than this */
                    readonly below?: string;
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description 1 to 100, default 50 */
                    readonly limit?: string;
                    /** @description The beginning of the SKU; a product with the whole of it comes first */
                    readonly sku?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly available: number;
                                readonly held: number;
                                readonly maxPerCustomer: number | null;
                                readonly onSale: boolean;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly priceFen: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                                readonly sold: number;
                                readonly supplied: number;
                                readonly title: string;
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/stock/{sku}/adjustments": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who added or removed stock, when and why, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description 1 to 100, default 100 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path: {
                    /** @description 1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit */
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description One page */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                /** Format: date-time */
                                readonly adjustedAt: string;
                                readonly adjustedBy: string;
                                readonly after: {
                                    readonly available: number;
                                    readonly held: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    readonly sold: number;
                                    readonly supplied: number;
                                } | null;
                                readonly before: {
                                    readonly available: number;
                                    readonly held: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    readonly sold: number;
                                    readonly supplied: number;
                                } | null;
                                readonly delta: number;
                                readonly id: number;
                                readonly reason: string;
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description product-not-found: The product was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /** Add or remove stock */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description Repeating the request with the same key changes the stock once: 1 to 255 visible ASCII characters */
                    readonly "idempotency-key"?: string;
                };
                readonly path: {
                    /** @description 1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit */
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        readonly delta: number;
                        readonly reason: string;
                    };
                };
            };
            readonly responses: {
                /** @description The stock after the change */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly available: number;
                            readonly held: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                            readonly sold: number;
                            readonly supplied: number;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description product-not-found: The product was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description insufficient-stock: The adjustment exceeds the available stock */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description idempotency-key-reused: The Idempotency-Key was used with another request */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/stock/{sku}/history": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Who changed a product or its stock, when, how and why, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the permission `export` as well. A file that ends early is not complete */
                    readonly format?: "json" | "csv";
                    /** @description 1 to 100, default 50 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path: {
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly after: unknown;
                                /** Format: date-time */
                                readonly at: string;
                                readonly before: unknown;
                                readonly by: string;
                                /** @description Units that came in (positive) or left */
                                readonly delta?: number;
                                readonly reason?: string;
                                readonly what: "stock" | "product";
                            }[];
                            /** @description For the next page; null on the last one */
                            readonly nextCursor: string | null;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description product-not-found: The product was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/system/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The last run of the audit that was requested here */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly finishedAt: string | null;
                            readonly output: string;
                            readonly startedAt: string | null;
                            readonly status: "unavailable" | "none" | "running" | "clean" | "failed";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Run the audit
         * @description While one runs, it is that one. Needs the setting AUDIT_COMMAND. Each replica of the gateway knows its own runs.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly finishedAt: string | null;
                            readonly output: string;
                            readonly startedAt: string | null;
                            readonly status: "unavailable" | "none" | "running" | "clean" | "failed";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/admin/today": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Orders and money of today, and what waits for a person */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Done */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Services that could not answer */
                            readonly missing: readonly string[];
                            readonly money: {
                                readonly cases: {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                };
                                readonly casesAwaitingApproval: {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                };
                                readonly certificates: readonly {
                                    readonly daysLeft: number;
                                    readonly name: string;
                                }[];
                                /** Format: date-time */
                                readonly countedAt: string;
                                readonly deadLetters: {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                };
                                readonly netFen: number;
                                readonly paidFen: number;
                                readonly payments: number;
                                readonly reconciliation: {
                                    readonly date: string;
                                    readonly differences: number;
                                    readonly signedOffBy: string | null;
                                    readonly status: string;
                                } | null;
                                readonly refundedFen: number;
                                readonly refunds: number;
                                readonly refundsAwaitingApproval: {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                };
                                readonly refundsOpen: {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                };
                            } | null;
                            readonly orders: {
                                /** Format: date-time */
                                readonly countedAt: string;
                                /** @description The last 24 hours, oldest first */
                                readonly hours: readonly {
                                    /** Format: date-time */
                                    readonly from: string;
                                    /** @description Of the orders placed in this hour */
                                    readonly paid: number;
                                    readonly placed: number;
                                }[];
                                /** @description From Alipay’s time of the payment to PAID, of the newest paid orders */
                                readonly paidDelay: {
                                    readonly orders: number;
                                    readonly p50Ms: number;
                                    readonly p95Ms: number;
                                } | null;
                                /** @description Open states: all orders in them. Final states: orders placed today */
                                readonly states: readonly {
                                    readonly count: number;
                                    readonly oldestAt: string | null;
                                    readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                }[];
                            } | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description forbidden: The token does not have the required role */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/orders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** My orders, newest first */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description 1 to 100, default 20 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description One page */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly adjustments: readonly {
                                    /** @description Fen; negative for a discount */
                                    readonly amountFen: number;
                                    /** @description For the shopper */
                                    readonly label: string;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku?: string;
                                    /** @description A fee for shipping, a reduction, or another fee */
                                    readonly type: "shipping" | "discount" | "surcharge";
                                }[];
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @enum {string} */
                                readonly currency: "CNY";
                                /** Format: date-time */
                                readonly expiresAt: string;
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                readonly items: readonly {
                                    /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                    readonly adjustmentFen?: number;
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    /** @description Title when the order was placed */
                                    readonly title: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly unitPriceFen: number;
                                }[];
                                /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                                readonly metadata?: {
                                    readonly [key: string]: string;
                                };
                                readonly moneyNotes?: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                readonly status: "PENDING" | "PAID" | "FAILED";
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        /**
         * Place an order
         * @description Prices come from the catalogue. The same SKU in several lines is merged.
         *
         *     The shop's own pricing may grant shipping, discounts and surcharges in a signed `quote` for this customer and these
         *     lines; they are `adjustments` of the order, and each line's `adjustmentFen` is its share. With
         *     `expectedTotalFen`, an order that would cost another amount is refused with the new `totalFen`, `lines` and
         *     `adjustments`. `reference` is the shop's own number: a customer can use one once, but for orders that are refused
         *     or out of stock. `shipTo` is shown by `GET /api/orders/{id}` to its owner, and not here.
         *
         *     `payment` says how to pay by the `paymentMethod`, as `POST /api/orders/{id}/payment` does; `paymentUrl` and
         *     `tradeNo` are its own. A method that the shop does not offer, or fields that do not go with it, are refused before
         *     anything is ordered. The payment is opened once the order is placed. While it can not be opened, because the stock result
         *     is pending (202) or Alipay is unavailable or refuses, the order is placed all the same: `payment` then has neither
         *     Alipay's page nor `orderString`, `alipayTradeNo` or `qrCode`, and `paymentUrl` is `/pay/{id}`. `POST
         *     /api/orders/{id}/payment` opens it again, or answers the problem that stands in the way.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: {
                    /** @description Repeating the request with the same key gives the same response: 1 to 255 visible ASCII characters */
                    readonly "idempotency-key"?: string;
                    /** @description `respond-async`: answer 202 without waiting for the stock result */
                    readonly prefer?: string;
                };
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description The buyer’s id (2088…), only for apps made before 2023 */
                        readonly buyerId?: string;
                        /** @description The buyer’s open id for the mini program */
                        readonly buyerOpenId?: string;
                        /** @description The total that the shopper saw, fen */
                        readonly expectedTotalFen?: number;
                        readonly instalments?: {
                            readonly number: 3 | 6 | 12;
                            /** @description True: the shop pays the fee, which needs a contract with Alipay */
                            readonly sellerPaysFee: boolean;
                        };
                        readonly items: readonly {
                            /** @description Units */
                            readonly quantity: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                        }[];
                        /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                        readonly metadata?: {
                            readonly [key: string]: string;
                        };
                        /** @description From the shopper to the shop, at most 500 characters */
                        readonly note?: string;
                        readonly paymentMethod?: "auto" | "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                        /** @description A JWS in which the shop’s own pricing grants shipping, discounts and surcharges */
                        readonly quote?: string;
                        /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                        readonly reference?: string;
                        readonly shipTo?: {
                            readonly city: string;
                            /**
                             * @description Default CN
                             * @enum {string}
                             */
                            readonly country?: "CN";
                            readonly district: string;
                            readonly name: string;
                            /** @description Digits, spaces and `-`, `+` in front */
                            readonly phone: string;
                            readonly postalCode?: string;
                            readonly province: string;
                            readonly street: string;
                        };
                    };
                };
            };
            readonly responses: {
                /** @description The stock is reserved; pay with `payment` */
                readonly 201: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly order: {
                                readonly adjustments: readonly {
                                    /** @description Fen; negative for a discount */
                                    readonly amountFen: number;
                                    /** @description For the shopper */
                                    readonly label: string;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku?: string;
                                    /** @description A fee for shipping, a reduction, or another fee */
                                    readonly type: "shipping" | "discount" | "surcharge";
                                }[];
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @enum {string} */
                                readonly currency: "CNY";
                                /** Format: date-time */
                                readonly expiresAt: string;
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                readonly items: readonly {
                                    /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                    readonly adjustmentFen?: number;
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    /** @description Title when the order was placed */
                                    readonly title: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly unitPriceFen: number;
                                }[];
                                /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                                readonly metadata?: {
                                    readonly [key: string]: string;
                                };
                                readonly moneyNotes?: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                                }[];
                                /** @description From the shopper to the shop, at most 500 characters */
                                readonly note?: string;
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                readonly status: "PENDING" | "PAID" | "FAILED";
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                            };
                            readonly payment: {
                                /** @description jsapi: what `my.tradePay` is given as `tradeNO` */
                                readonly alipayTradeNo?: string;
                                /** @description Page and wap: an HTML form that submits itself to Alipay */
                                readonly form?: string;
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description app: what the mobile SDK is given */
                                readonly orderString?: string;
                                /** @description Alipay’s signed page for page and wap as a link; else, or while it cannot be made, our `/pay/{orderId}` */
                                readonly paymentUrl: string;
                                /** @description qr: the text of Alipay’s order code (订单码) */
                                readonly qrCode?: string;
                                /** @description A QR code of `qrCode`, or of `paymentUrl`, as SVG */
                                readonly qrSvg?: string;
                                /** @description Our `out_trade_no`, not Alipay’s `trade_no` */
                                readonly tradeNo: string;
                            };
                            readonly paymentUrl: string;
                            readonly tradeNo: string;
                        };
                    };
                };
                /** @description The order is stored, its stock not yet confirmed: follow it at `Location` */
                readonly 202: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly order: {
                                readonly adjustments: readonly {
                                    /** @description Fen; negative for a discount */
                                    readonly amountFen: number;
                                    /** @description For the shopper */
                                    readonly label: string;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku?: string;
                                    /** @description A fee for shipping, a reduction, or another fee */
                                    readonly type: "shipping" | "discount" | "surcharge";
                                }[];
                                /** Format: date-time */
                                readonly createdAt: string;
                                /** @enum {string} */
                                readonly currency: "CNY";
                                /** Format: date-time */
                                readonly expiresAt: string;
                                /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                                readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                                readonly items: readonly {
                                    /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                    readonly adjustmentFen?: number;
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                    /** @description Title when the order was placed */
                                    readonly title: string;
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly unitPriceFen: number;
                                }[];
                                /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                                readonly metadata?: {
                                    readonly [key: string]: string;
                                };
                                readonly moneyNotes?: readonly {
                                    /** @description Amount in fen (0.01 yuan) */
                                    readonly amountFen: number;
                                    /** Format: date-time */
                                    readonly at: string;
                                    readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                                }[];
                                /** @description From the shopper to the shop, at most 500 characters */
                                readonly note?: string;
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                                /** Format: date-time */
                                readonly paidAt?: string;
                                /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                                readonly reference?: string;
                                readonly status: "PENDING" | "PAID" | "FAILED";
                                /** @description Amount in fen (0.01 yuan) */
                                readonly totalFen: number;
                            };
                            readonly payment: {
                                /** @description jsapi: what `my.tradePay` is given as `tradeNO` */
                                readonly alipayTradeNo?: string;
                                /** @description Page and wap: an HTML form that submits itself to Alipay */
                                readonly form?: string;
                                /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                                readonly method: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description app: what the mobile SDK is given */
                                readonly orderString?: string;
                                /** @description Alipay’s signed page for page and wap as a link; else, or while it cannot be made, our `/pay/{orderId}` */
                                readonly paymentUrl: string;
                                /** @description qr: the text of Alipay’s order code (订单码) */
                                readonly qrCode?: string;
                                /** @description A QR code of `qrCode`, or of `paymentUrl`, as SVG */
                                readonly qrSvg?: string;
                                /** @description Our `out_trade_no`, not Alipay’s `trade_no` */
                                readonly tradeNo: string;
                            };
                            readonly paymentUrl: string;
                            readonly tradeNo: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid. malformed-json: The body is not valid JSON */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description out-of-stock: There is not enough stock. total-changed: The total is not the one that the shopper saw. reference-used: The customer has an order with this reference. too-many-open-orders: The customer has too many unpaid orders. product-limit-reached: The quantity exceeds the limit per customer. request-in-flight: The first request with this Idempotency-Key is still running */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description body-too-large: The body is too large */
                readonly 413: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unsupported-media-type: The content type is not supported */
                readonly 415: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unknown-sku: A product is not in the catalogue. product-not-on-sale: A product is not on sale. too-many-units: The quantity exceeds the limit per order. amount-out-of-range: The total exceeds the limit of one payment. quote-invalid: The quote is not valid. payment-method-unavailable: This way to pay is not available. idempotency-key-reused: The Idempotency-Key was used with another request */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/orders/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * One of my orders
         * @description With where it is sent, the note and the shipments.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description The order */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly adjustments: readonly {
                                /** @description Fen; negative for a discount */
                                readonly amountFen: number;
                                /** @description For the shopper */
                                readonly label: string;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku?: string;
                                /** @description A fee for shipping, a reduction, or another fee */
                                readonly type: "shipping" | "discount" | "surcharge";
                            }[];
                            /** Format: date-time */
                            readonly createdAt: string;
                            /** @enum {string} */
                            readonly currency: "CNY";
                            /** Format: date-time */
                            readonly expiresAt: string;
                            /** @description How much of the order is shipped: nothing, some, all; delivered; completed */
                            readonly fulfilmentStatus: "UNFULFILLED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "DELIVERED" | "COMPLETED";
                            readonly items: readonly {
                                /** @description The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none */
                                readonly adjustmentFen?: number;
                                /** @description Units */
                                readonly quantity: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                                /** @description Title when the order was placed */
                                readonly title: string;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly unitPriceFen: number;
                            }[];
                            /** @description What the shop stores with the order: at most 20 keys of 40 characters with values of 500 */
                            readonly metadata?: {
                                readonly [key: string]: string;
                            };
                            readonly moneyNotes?: readonly {
                                /** @description Amount in fen (0.01 yuan) */
                                readonly amountFen: number;
                                /** Format: date-time */
                                readonly at: string;
                                readonly kind: "late_payment_accepted" | "late_payment_returning" | "late_payment_returned" | "second_payment_returning" | "second_payment_returned" | "refunded" | "refund_delayed";
                            }[];
                            /** @description From the shopper to the shop, at most 500 characters */
                            readonly note?: string;
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                            /** Format: date-time */
                            readonly paidAt?: string;
                            /** @description The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-` */
                            readonly reference?: string;
                            readonly shipments?: readonly {
                                /** @description Who carries the parcel */
                                readonly carrier: string;
                                /** Format: date-time */
                                readonly deliveredAt?: string;
                                readonly lines: readonly {
                                    /** @description Units */
                                    readonly quantity: number;
                                    /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                    readonly sku: string;
                                }[];
                                /** @description Order id: `ord_` and 32 hex digits */
                                readonly orderId: string;
                                /** @description Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number */
                                readonly shipmentId: string;
                                /** Format: date-time */
                                readonly shippedAt: string;
                                /** @description The carrier’s number of the parcel */
                                readonly trackingNumber: string;
                            }[];
                            readonly shipTo?: {
                                readonly city: string;
                                /**
                                 * @description Default CN
                                 * @enum {string}
                                 */
                                readonly country?: "CN";
                                readonly district: string;
                                readonly name: string;
                                /** @description Digits, spaces and `-`, `+` in front */
                                readonly phone: string;
                                readonly postalCode?: string;
                                readonly province: string;
                                readonly street: string;
                            };
                            readonly status: "PENDING" | "PAID" | "FAILED";
                            /** @description Amount in fen (0.01 yuan) */
                            readonly totalFen: number;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/orders/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Cancel an unpaid order
         * @description The order is CLOSING until its payment links are closed; then it is CANCELLED. A payment through an old link is late.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Its current status */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                            readonly status: "PENDING" | "PAID" | "FAILED";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-cancellable: The order can no longer be cancelled */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/orders/{id}/payment": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Pay an order
         * @description Without a body the answer is a link to Alipay's page for computers.
         *
         *     | `method` | what the answer has |
         *     | --- | --- |
         *     | `auto` | page on computers, wap on phones and in Alipay's browser. WeChat blocks Alipay: there `paymentUrl` is `/pay/{id}`, which explains how to open it in another browser |
         *     | `alipay_page`, `alipay_wap` | `paymentUrl`, Alipay's signed page; with `"as":"form"` a form instead |
         *     | `alipay_app` | `orderString` for Alipay's SDK |
         *     | `alipay_jsapi` | `alipayTradeNo` for `my.tradePay`; needs `buyerOpenId` or `buyerId` |
         *     | `alipay_qr` | `qrCode` and `qrSvg`, which Alipay's app scans |
         *
         *     Where `paymentUrl` is not Alipay's page it is `/pay/{id}`, which opens page or wap by the browser, without instalments.
         *     A shopper who is at Alipay already and takes another method loses the first payment: Alipay closes it before the next one
         *     is opened. `alipay-failed` and `alipay-timeout` mean that nothing was opened; try again. `"as":"qr"` of page and wap
         *     needs nothing of Alipay and is answered while Alipay is unavailable, too.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody: {
                readonly content: {
                    readonly "application/json": {
                        /** @description To pay from a different Alipay account than before */
                        readonly anotherPayer?: boolean;
                        /** @description `form`: page and wap, an HTML form that submits itself. `qr`: a QR code of `/pay/{id}`; `alipay_qr` always has its own */
                        readonly as?: "url" | "form" | "qr";
                        /** @description The buyer’s id (2088…), only for apps made before 2023 */
                        readonly buyerId?: string;
                        /** @description The buyer’s open id for the mini program */
                        readonly buyerOpenId?: string;
                        readonly instalments?: {
                            readonly number: 3 | 6 | 12;
                            /** @description True: the shop pays the fee, which needs a contract with Alipay */
                            readonly sellerPaysFee: boolean;
                        };
                        /** @description Default `alipay_page`. `auto` goes by the User-Agent */
                        readonly method?: "auto" | "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                    };
                };
            };
            readonly responses: {
                /** @description How to pay */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description jsapi: what `my.tradePay` is given as `tradeNO` */
                            readonly alipayTradeNo?: string;
                            /** @description Page and wap: an HTML form that submits itself to Alipay */
                            readonly form?: string;
                            /** @description Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码) */
                            readonly method: "alipay_page" | "alipay_wap" | "alipay_app" | "alipay_jsapi" | "alipay_qr";
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            /** @description app: what the mobile SDK is given */
                            readonly orderString?: string;
                            /** @description Alipay’s signed page for page and wap as a link; else, or while it cannot be made, our `/pay/{orderId}` */
                            readonly paymentUrl: string;
                            /** @description qr: the text of Alipay’s order code (订单码) */
                            readonly qrCode?: string;
                            /** @description A QR code of `qrCode`, or of `paymentUrl`, as SVG */
                            readonly qrSvg?: string;
                            /** @description Our `out_trade_no`, not Alipay’s `trade_no` */
                            readonly tradeNo: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-payable: The order can not be paid */
                readonly 409: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description payment-method-unavailable: This way to pay is not available */
                readonly 422: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-failed: 支付宝接口调用失败 */
                readonly 502: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description alipay-timeout: 支付宝接口调用失败 */
                readonly 504: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/orders/{id}/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The status of an order
         * @description For its owner, or for the holder of its return link.
         */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description Of a return link: the order id */
                    readonly order_id?: unknown;
                    /** @description Of a return link: when it was made, ms since 1970 */
                    readonly t?: unknown;
                };
                readonly header?: never;
                readonly path: {
                    /** @description The order id, `ord_…` */
                    readonly id: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Its current status */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            /** @description Order id: `ord_` and 32 hex digits */
                            readonly orderId: string;
                            readonly orderStatus: "RESERVING" | "PENDING_PAYMENT" | "CLOSING" | "PAID" | "EXPIRED" | "CANCELLED" | "REJECTED" | "REINSTATING" | "REFUNDED";
                            readonly status: "PENDING" | "PAID" | "FAILED";
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description unauthenticated: A valid token is required */
                readonly 401: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description invalid-return-signature: The return link is not valid or has expired */
                readonly 403: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description order-not-found: The order was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/payment/notify": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Alipay's asynchronous notify
         * @description A signed form. The answer is the plain text `success`, or `failure`, which makes Alipay try again.
         */
        readonly post: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description Default Response */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/products": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Products on sale with their available units, by SKU */
        readonly get: {
            readonly parameters: {
                readonly query?: {
                    /** @description `nextCursor` of the previous page */
                    readonly cursor?: string;
                    /** @description 1 to 100, default 100 */
                    readonly limit?: string;
                };
                readonly header?: never;
                readonly path?: never;
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description One page */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly items: readonly {
                                readonly available: number;
                                readonly maxPerCustomer: number | null;
                                readonly onSale: boolean;
                                /** @description Amount in fen (0.01 yuan) */
                                readonly priceFen: number;
                                /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                                readonly sku: string;
                                readonly title: string;
                            }[];
                            readonly nextCursor: string | null;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/products/{sku}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One product on sale with its available units */
        readonly get: {
            readonly parameters: {
                readonly query?: never;
                readonly header?: never;
                readonly path: {
                    /** @description 1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit */
                    readonly sku: string;
                };
                readonly cookie?: never;
            };
            readonly requestBody?: never;
            readonly responses: {
                /** @description The product */
                readonly 200: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/json": {
                            readonly available: number;
                            readonly maxPerCustomer: number | null;
                            readonly onSale: boolean;
                            /** @description Amount in fen (0.01 yuan) */
                            readonly priceFen: number;
                            /** @description Product number: at most 64 letters, digits, `.`, `_` and `-` */
                            readonly sku: string;
                            readonly title: string;
                        };
                    };
                };
                /** @description invalid-request: The request is not valid */
                readonly 400: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description product-not-found: The product was not found */
                readonly 404: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description too-many-requests: Too many requests */
                readonly 429: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description internal-error: Internal error */
                readonly 500: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
                /** @description service-unavailable: A service is temporarily unavailable */
                readonly 503: {
                    headers: {
                        readonly [name: string]: unknown;
                    };
                    content: {
                        readonly "application/problem+json": {
                            readonly detail: string;
                            readonly instance?: string;
                            readonly status: number;
                            readonly title: string;
                            readonly type: string;
                        } & {
                            readonly [key: string]: unknown;
                        };
                    };
                };
            };
        };
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
