/** What wrangler's assets are where there is no wrangler: files by their names, and for every other address the page. */

const TYPES = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
};

export default {
  async fetch(request, { FILES }) {
    const { pathname } = new URL(request.url);
    const file = /\.\w+$/.test(pathname) ? pathname : '/index.html';
    const { body, status } = await FILES.fetch(`http://files${file}`);
    const type = TYPES[file.split('.').at(-1)] ?? 'application/octet-stream';
    return new Response(body, { status, headers: { 'Content-Type': type } });
  },
};
