#include "runtime/report/report_style.h"

namespace sganc {

std::string_view report_style() {
  return R"css(
:root { color-scheme: light dark;
  --page: #fdfdfc; --ink: #1d2126; --soft: #5c6570; --rule: #dadde1; --fill: #f2f3f2; --shade: 0 114 178; --wrong: 213 94 0;
  --c0: #0072b2; --c1: #d55e00; --c2: #008f68; --c3: #b85c92; --c4: #c98a00; --c5: #3c9fd6; --c6: #4a4f55; --c7: #8f8400; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171a; --ink: #e3e6e9; --soft: #99a2ac; --rule: #333940; --fill: #1d2125; --shade: 86 180 233; --wrong: 240 128 48;
  --c0: #56b4e9; --c1: #f08030; --c2: #2fc39a; --c3: #dd92c0; --c4: #e6a817; --c5: #a5d8f6; --c6: #b9bec4; --c7: #e2d94e; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.frame { max-width: 1180px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .1rem 0 .4rem; font-weight: 650; letter-spacing: -.01em; }
h2 { font-size: 1.15rem; margin: 2.6rem 0 .8rem; padding-top: .6rem; border-top: 1px solid var(--rule); font-weight: 650; scroll-margin-top: .5rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; font-weight: 600; }
p { margin: .4rem 0 .8rem; max-width: 72ch; }
.kicker, .hint, .note, figcaption, .keys dt { color: var(--soft); font-size: .84rem; }
.kicker { margin: 0; }
.lead { font-size: 1.05rem; }
nav { margin: 1rem 0 0; font-size: .9rem; }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1rem; }
a { color: var(--c0); text-decoration: none; }
a:hover { text-decoration: underline; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(152px, 1fr)); gap: .9rem 1rem; margin: 1.2rem 0 0; }
.keys dd { margin: 0; }
.keys b { font-size: 1.4rem; font-weight: 600; letter-spacing: -.01em; white-space: nowrap; }
.keys .note { display: block; white-space: nowrap; }
.note { font-weight: 400; }
figure { margin: 0; }
figcaption .note { margin-left: .6em; white-space: nowrap; }
figcaption b { color: var(--ink); font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr)); gap: 1.2rem 1.6rem; }
.plot { display: block; width: 100%; height: auto; margin-top: .2rem; }
.line { fill: none; stroke: var(--c); stroke-width: 1.7; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.faint { stroke-width: 1; stroke-dasharray: none !important; opacity: .28; }
.mark { fill: var(--c); stroke: var(--page); stroke-width: .8; }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.axis { stroke: var(--soft); stroke-width: 1; fill: none; }
.tick { font-size: 11px; fill: var(--soft); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); stroke-dasharray: 7 3; } .s2 { --c: var(--c2); stroke-dasharray: 2 2.5; } .s3 { --c: var(--c3); stroke-dasharray: 9 3 2 3; }
.s4 { --c: var(--c4); stroke-dasharray: 4 2; } .s5 { --c: var(--c5); stroke-dasharray: 12 3; } .s6 { --c: var(--c6); stroke-dasharray: 3 3 1 3; } .s7 { --c: var(--c7); stroke-dasharray: 1 2; }
.mark { stroke-dasharray: none; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .84rem; margin-top: .15rem; }
.key { width: 30px; height: 10px; margin-right: .4em; vertical-align: -1px; }
.scroll { overflow-x: auto; overflow-wrap: normal; }
.scroll bdi { display: inline-block; max-width: 15rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-size: .9rem; margin: .4rem 0 1rem; }
th, td { text-align: left; vertical-align: baseline; padding: .22rem 1rem .22rem 0; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--soft); font-size: .84rem; white-space: nowrap; vertical-align: bottom; }
.n { text-align: right; white-space: nowrap; }
.facts { width: 100%; max-width: 860px; }
.facts th { color: var(--soft); width: 34%; min-width: 7.5rem; }
.bar { display: inline-block; min-width: 6.2rem; padding: 0 .35rem; background: linear-gradient(to right, rgb(var(--shade) / .22) var(--part), transparent 0); }
.confusion { font-size: .84rem; }
.confusion td { min-width: 2.7rem; }
.confusion td, .confusion th { padding: .2rem .4rem; border: 1px solid var(--page); text-align: right; }
.confusion tbody th { color: var(--soft); padding-left: 0; white-space: nowrap; }
.confusion .right { background: rgb(var(--shade) / var(--part)); }
.confusion .wrong { background: rgb(var(--wrong) / var(--part)); }
.confusion bdi { max-width: 8rem; max-height: 8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; overflow-wrap: normal; vertical-align: bottom; }
.confusion .upright { writing-mode: vertical-rl; rotate: 180deg; text-align: left; }
.updates { margin: 0 0 1.2rem; padding: 0; list-style: none; }
.updates li { padding: .3rem 0; border-bottom: 1px solid var(--rule); max-width: 100ch; }
code, pre { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { background: var(--fill); padding: .8rem 1rem; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0 1rem; }
.samples { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 2px; min-width: 0; }
.samples legend { float: left; color: var(--soft); font-size: .84rem; padding: 0 .8rem 0 0; }
.samples input { position: absolute; opacity: 0; pointer-events: none; }
.samples label { flex: 1 1 2.1rem; max-width: 4rem; text-align: center; padding: .2rem .3rem; background: var(--fill); border-bottom: 3px solid transparent; font-size: .84rem; cursor: pointer; }
.samples label:hover { border-bottom-color: var(--rule); }
.samples input:checked + label { border-bottom-color: var(--c0); font-weight: 650; }
.samples input:focus-visible + label { outline: 2px solid var(--c0); outline-offset: 1px; }
.samples figure { order: 1; flex: 0 0 100%; display: none; margin-top: .6rem; }
.samples input:checked + label + figure { display: block; }
.samples img, .side img { display: block; max-width: 100%; height: auto; }
.images { list-style: none; margin: .6rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: .9rem .7rem; }
.images li { font-size: .84rem; line-height: 1.3; display: flex; flex-direction: column; align-items: flex-start; min-width: 0; }
.images li span:first-of-type { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
.images img { width: 84px; height: 84px; object-fit: contain; background: var(--fill); margin-bottom: .25rem; }
.sharp { image-rendering: pixelated; }
.arrow { color: var(--soft); }
.nets { display: block; min-width: 720px; max-width: 100%; height: auto; }
.side { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr)); gap: 1.2rem; }
details { margin-top: .8rem; } summary { cursor: pointer; color: var(--c0); font-size: .9rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: .84rem; border-top: 1px solid var(--rule); padding-top: .6rem; }
@media (min-width: 1000px) {
  .frame { display: grid; grid-template-columns: 9rem minmax(0, 1fr); column-gap: 2.5rem; padding-top: 2.2rem; }
  header, main, footer { grid-column: 2; }
  nav { grid-column: 1; grid-row: 1 / span 3; margin: 0; }
  nav ul { position: sticky; top: 1.5rem; flex-direction: column; gap: .3rem; padding-top: 1.6rem; } }
@media (max-width: 480px) {
  .facts tr { display: block; border-bottom: 1px solid var(--rule); padding: .25rem 0; }
  .facts th, .facts td { display: block; width: auto; border: 0; padding: 0; }
  .facts th { font-size: .84rem; }
  .scroll td:last-child bdi { white-space: nowrap; max-width: none; }
  .confusion { font-size: .76rem; } .confusion td { min-width: 1.75rem; } .confusion td, .confusion th { padding: .2rem .22rem; } }
@media print { nav, details summary { display: none; } body { font-size: 11px; } .frame { display: block; max-width: none; padding: 0; } h2 { break-after: avoid; } figure, tr, li { break-inside: avoid; } .bar, .confusion td { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
)css";
}

}  // namespace sganc
