export { escapeHtml, plainPage } from './html.ts'
export { addStorefront, loadPageSite, type PageSite } from './site.ts'
