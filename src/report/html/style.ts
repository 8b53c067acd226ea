/** The page's look. Colours keep a contrast of 4.5 in both schemes; nothing is loaded from anywhere. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--soft:#f6f8fa;--bad:#b3261e;--good:#116329;--doubt:#7d4e00;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#30363d;--soft:#161b22;--bad:#ff7b72;--good:#3fb950;--doubt:#d29922;--link:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.25rem;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.35rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:0 0 .25rem}h3{font-size:1rem;margin:1.25rem 0 .4rem}
p{margin:.3rem 0}ul,ol{margin:.3rem 0;padding-left:1.4rem}li{margin:.2rem 0}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
.dim{color:var(--dim)}.cause{font-size:1.1rem;font-weight:600}
article{border:1px solid var(--line);border-radius:8px;padding:1rem 1.25rem;margin:1.25rem 0}
table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:600}a{color:var(--link)}
.command{position:relative;background:var(--soft);border:1px solid var(--line);border-radius:6px;margin:.4rem 0}
.command pre{margin:0;padding:.6rem 4.5rem .6rem .75rem;white-space:pre-wrap;overflow-wrap:anywhere}
.command button{position:absolute;top:.35rem;right:.35rem;font:inherit;font-size:.8rem;padding:.1rem .6rem;color:var(--fg);background:var(--bg);border:1px solid var(--line);border-radius:5px;cursor:pointer}
.message{white-space:pre-wrap;background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.6rem .75rem;margin:.4rem 0}
details{margin:.75rem 0}summary{cursor:pointer;font-weight:600}
.way{display:block;width:100%;max-width:27rem;height:auto;margin:.75rem 0;fill:var(--fg);font-family:inherit}
.way .name{font-size:15px;font-weight:600}.way .detail{font-size:13px;fill:var(--dim)}
.way .thread{stroke:var(--good);stroke-width:2}.way .thread.off{stroke:var(--line);stroke-dasharray:3 4}
.way .stop circle{fill:var(--bg);stroke:var(--line);stroke-width:2}.way .stop path{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.way .passed circle,.way .passed path{stroke:var(--good)}.way .broken circle,.way .broken path{stroke:var(--bad)}.way .doubtful circle,.way .doubtful path{stroke:var(--doubt)}
.way .query{font-size:12px;fill:var(--dim)}.way .mark{font-size:12px;font-weight:600;fill:var(--dim)}.way .mark.broken{fill:var(--bad)}.way .mark.doubtful{fill:var(--doubt)}
@media (max-width:36rem){body{padding:.75rem}article{padding:.75rem}thead{position:absolute;clip-path:inset(50%)}tbody,tr,td{display:block}tr{border-bottom:1px solid var(--line);padding:.4rem 0}td{border:0;padding:.05rem 0}.command pre{padding:2.3rem .75rem .6rem}.way .name{font-size:17px}.way .detail{font-size:15px}.way .mark{font-size:14px}}
@media print{body{max-width:none;padding:0}article{border:0;padding:0}h2,h3,summary{break-after:avoid}.command,.way,.message{break-inside:avoid}.command button{display:none}details>*{display:block}}
`;
