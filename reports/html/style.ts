import { paletteVariables } from '../figures/theme.ts';

const light = `--ink:#16181d;--muted:#565b66;--line:#dfe2e8;--page:#fff;--surface:#fdfdfe;--raised:#f4f5f8;--link:#0a5c99;--good:#0b6b3a;--bad:#a8321a;--warn:#7a5200;--none:#565b66;--good-page:#e2f3e8;--bad-page:#fbe6e1;--warn-page:#fbf0d6;--none-page:#eceef2;${paletteVariables('light')}`;
const dark = `--ink:#e8eaef;--muted:#a9b0bd;--line:#363b46;--page:#0f1116;--surface:#15181e;--raised:#1d2129;--link:#7cc0ff;--good:#7fdca2;--bad:#ff9d88;--warn:#f0c561;--none:#b6bdc9;--good-page:#12301f;--bad-page:#3a1b14;--warn-page:#332709;--none-page:#242933;${paletteVariables('dark')}`;

/** The style sheet of the page: no file, no font from elsewhere. */
export const styleSheet = `
:root{color-scheme:light;${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${dark}}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
*{box-sizing:border-box}
html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.wrap{max-width:78rem;margin:0 auto;padding:0 1.25rem}
a{color:var(--link)}
a:focus-visible,button:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.5rem;z-index:9}
header.top{padding:2rem 0 .75rem}
h1{font-size:clamp(1.5rem,1.1rem + 2vw,2.1rem);line-height:1.2;margin:0 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.4rem;line-height:1.25;margin:2.75rem 0 .75rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1.08rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0;max-width:62rem}
.lead{font-size:1.1rem}
.muted{color:var(--muted)}
.small{font-size:.86rem}
nav{position:sticky;top:0;background:var(--page);border-bottom:1px solid var(--line);z-index:5}
nav .wrap{display:flex;gap:.25rem 1rem;align-items:center;overflow-x:auto;white-space:nowrap;padding-top:.45rem;padding-bottom:.45rem}
nav a{color:var(--muted);text-decoration:none;font-size:.9rem;padding:.3rem 0}
nav a:hover{color:var(--ink);text-decoration:underline}
nav button{margin-left:auto}
button{font:inherit;font-size:.85rem;color:var(--ink);background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.3rem .65rem;cursor:pointer;min-height:2rem}
.counts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0;padding:0;list-style:none}
.counts li{border-radius:10px;padding:.6rem .9rem;min-width:7.5rem;background:var(--raised)}
.counts b{display:block;font-size:1.6rem;line-height:1.1;font-variant-numeric:tabular-nums}
.good{background:var(--good-page)!important;color:var(--good)}.bad{background:var(--bad-page)!important;color:var(--bad)}
.warn{background:var(--warn-page)!important;color:var(--warn)}.none{background:var(--none-page)!important;color:var(--none)}
.badge{display:inline-block;border-radius:999px;padding:.05rem .55rem;font-size:.8rem;white-space:nowrap;font-weight:600}
.notice{border-left:4px solid var(--warn);background:var(--warn-page);padding:.6rem .9rem;border-radius:0 8px 8px 0;margin:1rem 0}
.scroll{overflow-x:auto;margin:.6rem 0 1rem;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.65rem .8rem;caption-side:top}
caption>span.title{position:sticky;left:.8rem;display:inline-block;max-width:min(66rem,calc(100vw - 4rem))}
caption .muted{font-weight:400}
th,td{padding:.45rem .7rem;text-align:right;vertical-align:top;border-top:1px solid var(--line)}
th{font-weight:600;text-align:right}
td{white-space:nowrap}
th[scope=row],.left{text-align:left}
td.left{white-space:normal}td.words{min-width:17rem}th.words{min-width:12rem}
th[scope=row]{position:sticky;left:0;background:var(--surface);max-width:16rem}
thead th{background:var(--raised);border-top:0;white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:600}
td .ours{font-size:1.02rem;font-weight:600;white-space:nowrap}
td .paper{display:block;color:var(--muted);font-size:.82rem;white-space:nowrap}
td .note{display:block;white-space:normal;font-size:.78rem;color:var(--warn);max-width:11rem;margin-left:auto}
td a.verdict{display:block;color:inherit;text-decoration:none;white-space:nowrap;min-height:24px;line-height:24px}td a.verdict:hover{text-decoration:underline}td a.verdict .muted{font-size:.75rem}
td a.cell{color:inherit;text-decoration:none;display:inline-block;min-height:24px}td a.cell:hover{text-decoration:underline}
th button.sort{all:unset;cursor:pointer;font-weight:600;min-height:24px}
th button.sort:focus-visible{outline:3px solid var(--link)}
th button.sort::after{content:"\\2195";opacity:.45;margin-left:.3em}
th[aria-sort=ascending] button.sort::after{content:"\\2191";opacity:1}
th[aria-sort=descending] button.sort::after{content:"\\2193";opacity:1}
tr:target>*{background:var(--warn-page)}
details{margin:.35rem 0}
summary{cursor:pointer;min-height:24px}
.detail{text-align:left;font-size:.85rem}.detail details{margin:0}.detail details[open]{width:22rem;white-space:normal}
.detail ul,.list{margin:.3rem 0;padding-left:1.1rem}
code{font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--raised);padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--line);border-radius:10px;padding:.8rem;overflow-x:auto;white-space:pre-wrap}pre code{background:none;padding:0}
figure{margin:1.2rem 0}
figure .scroll{padding:.6rem}
figure svg{display:block;max-width:none;height:auto}
figcaption{font-size:.88rem;color:var(--muted);max-width:62rem}
.sheets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:1rem}
.sheets figure{margin:0}.sheets img{width:100%;height:auto;image-rendering:auto;border:1px solid var(--line);border-radius:8px;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem;margin:.5rem 0}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
footer{margin:3rem 0 2rem;color:var(--muted);font-size:.85rem;border-top:1px solid var(--line);padding-top:.8rem}
@media (max-width:40rem){body{font-size:15px}.wrap{padding:0 .9rem}th,td{padding:.4rem .55rem}.counts li{min-width:calc(50% - .3rem);flex:1}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}table.stacked thead{display:none}}
@media print{:root:root:root{color-scheme:light;${light}}html{font-size:10px}table{font-size:8pt}th,td{padding:.25rem .4rem}nav,.skip,button{display:none!important}th button.sort{display:inline!important}th button.sort::after{content:""}body{font-size:10pt}.scroll{overflow:visible;border:0}.wrap{max-width:none;padding:0}h2{break-after:avoid}figure,tr{break-inside:avoid}a{color:inherit;text-decoration:none}figure svg{max-width:100%}.good,.bad,.warn,.none{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.trim();
