"""How the page of a report looks: on a screen, on a phone, on paper."""

CSS = """
:root{--ink:#1d2329;--soft:#56606a;--line:#d9dde1;--pale:#f4f6f8;--blue:#0072b2}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:800px;margin:0 auto;padding:1.5rem 1.1rem 3rem;overflow-wrap:break-word}
.kicker{margin:0;color:var(--blue);font-weight:600;font-size:.85rem;letter-spacing:.03em}
h1{margin:.1rem 0 .2rem;font-size:1.9rem;line-height:1.15}
h2{margin:2.6rem 0 .5rem;padding-top:.7rem;border-top:2px solid var(--ink);font-size:1.3rem;
line-height:1.25}
h3{margin:1.4rem 0 .3rem;font-size:1.02rem}
p{margin:.5rem 0}
.table,.note,figcaption,footer{color:var(--soft)}
.note,figcaption,footer,.list li,#left-out li{font-size:.87rem}
.lead{margin-top:1.3rem}
.hero{display:grid;grid-template-columns:repeat(3,1fr);gap:.8rem;margin:.6rem 0 1.2rem}
.hero div{background:var(--pale);border-left:4px solid var(--blue);padding:.6rem .8rem}
.hero b{display:block;font-size:1.9rem;line-height:1.1}
.hero span{font-size:.85rem;color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:.15rem 1rem;font-size:.9rem;padding:.6rem 0;
border-top:1px solid var(--line)}
a{color:var(--blue)}
figure{margin:1.2rem 0}
figure svg{display:block;width:100%;height:auto;overflow:visible}
svg *{stroke-linejoin:round;stroke-linecap:butt}
.narrow,.live,.mouse{display:none}
figcaption{margin-top:.35rem}
.scroll{margin:1.2rem 0;overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.87rem;line-height:1.35}
caption{text-align:left;font-weight:600;padding-bottom:.35rem}
th,td{padding:.28rem .5rem;border-bottom:1px solid var(--line);text-align:left;
vertical-align:top}
th:first-child{padding-left:0}
thead th{border-bottom:1.5px solid var(--ink);font-weight:600;vertical-align:bottom;
color:var(--soft)}
tbody th{font-weight:400}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .n{white-space:normal}
.sum th,.sum td{font-weight:600;border-top:1.5px solid var(--ink)}
.long{color:var(--soft);font-size:.8rem}
ul{margin:.3rem 0;padding-left:1.1rem}
li{margin:.3rem 0}
code{background:var(--pale);padding:.1rem .3rem;font-size:.85rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line)}
@media screen and (max-width:600px){
h1{font-size:1.5rem}.hero{grid-template-columns:1fr;gap:.5rem}
.wide{display:none}.narrow{display:block}.long{display:none}
th,td{padding:.28rem .2rem}table{font-size:.78rem}thead th{font-size:.72rem;overflow-wrap:normal}
tbody th{min-width:4.9rem}.years tbody th{min-width:0}.t{font-size:.75rem}.n{letter-spacing:-.01em}
}
@media screen and (min-width:601px){
.alive .wide,.alive .narrow{display:none}.alive .mouse{display:inline}
.live{display:block;max-width:100%;overflow:hidden}figure:not(.alive) .live{height:0}
}
@page{margin:16mm 14mm}
@media print{
body{font-size:10.5pt}main{max-width:none;padding:0}nav{display:none}
h2{break-after:avoid}figure,tr,.hero,li{break-inside:avoid}.scroll{overflow:visible}
thead{display:table-header-group}a{color:inherit}
.hero div{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
""".strip()
