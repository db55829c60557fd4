"""What a hostile page may hold; everything in it leads to evil.example, or sets `hit`."""

from __future__ import annotations

SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="https://evil.example/i.png"/></svg>'
VECTORS = {
    "script": "<script>top.hit='script'</script>",
    "script from elsewhere": '<script src="https://evil.example/x.js"></script>',
    "event handler": '<img src="x" onerror="top.hit=1"><body onload="top.hit=1"><details open ontoggle="top.hit=1">',
    "javascript link": '<a href="javascript:top.hit=1" id="js">go</a>',
    "javascript link in disguise": '<a href=" &#9;jAva&#10;script:top.hit=1">go</a>',
    "form": '<form action="https://evil.example/f"><input name="a" onfocus="top.hit=1" autofocus></form>',
    "form by button": '<button formaction="https://evil.example/f" form="x">go</button>',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/r">',
    "meta policy": '<meta http-equiv="Content-Security-Policy" content="script-src *">',
    "base": '<base href="https://evil.example/">',
    "frame": '<iframe src="https://evil.example/f"></iframe><iframe srcdoc="<script>top.hit=1</script>"></iframe>',
    "object": '<object data="https://evil.example/o"></object><embed src="https://evil.example/e">',
    "service worker": "<script>navigator.serviceWorker.register('/static/htmx.min.js')</script>",
    "svg": f"{SVG}<svg><use href='https://evil.example/u#x'/><animate onbegin='alert(1)'/></svg>",
    "math": '<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=top.hit=1&gt;"></math>',
    "style sheet": '<link rel="stylesheet" href="https://evil.example/s.css">',
    "style load": "<style>@import 'https://evil.example/a.css';body{background:url(https://evil.example/b.png)}</style>",
    "style attribute": "<p style=\"background-image:url('https://evil.example/p.png')\">styled</p>",
    "style in disguise": "<p style=\"background:u\\72l('https://evil.example/q.png')\">styled</p>",
    "connection in advance": '<link rel="preconnect" href="https://evil.example">',
    "name in advance": '<link rel="dns-prefetch" href="//evil.example">',
    "picture": '<img src="https://evil.example/i.png" srcset="https://evil.example/j.png 2x">',
    "media": '<video src="https://evil.example/v" poster="https://evil.example/w.png" autoplay></video>',
    "ping": '<a href="https://harbour.example/" ping="https://evil.example/ping" target="_top">out</a>',
    "window": "<script>window.open('https://evil.example/');top.location='https://evil.example/'</script>",
    "storage": "<script>document.cookie='a=b';localStorage.a=1;fetch('/deliveries')</script>",
    "template": '<template><img src="https://evil.example/t.png"></template>',
    "noscript": '<noscript><img src="https://evil.example/n.png"></noscript>',
    "picture element": '<picture><source srcset="https://evil.example/s.png"><img alt="x"></picture>',
    "background": '<table background="https://evil.example/bg.png"><tr><td background="https://evil.example/td.png">x</table>',
}
