export { escapeHtml, plainPage } from './plain-page.ts'
export { addStorefront, loadPageSite, type PageSite } from './site.ts'
