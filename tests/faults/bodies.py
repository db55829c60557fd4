"""What sites answer in place of a page, in our own words: challenges, refusals, notes, walls and shells.

Each takes the true page and gives what comes instead, so that some keep the frame of the site around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Body = Callable[[str], str]


def html(title: str, body: str, head: str = "") -> Body:
    said = f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return lambda page: said


def framed(title: str, body: str) -> Body:
    """The site's own frame with a notice in place of the page's content."""

    def inside(page: str) -> str:
        links = "".join(f'<li><a href="/part/{n}">Part {n} of the harbour site</a></li>' for n in range(40))
        return (
            f"<!doctype html><html><head><title>{title}</title></head><body><header><nav><ul>{links}</ul></nav>"
            f"</header><main>{body}</main><footer><p>Harbour Secretariat, Quay Street</p></footer></body></html>"
        )

    return inside


def own_title(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL | re.IGNORECASE)
    return found[1] if found else "Harbour"


def titled(body: str) -> Body:
    """A notice under the page's own title."""
    return lambda page: html(own_title(page), body)(page)


CHALLENGES: dict[str, Body] = {
    "a browser check": html(
        "Just a moment...",
        "<h1>harbour.example</h1><p>Verifying you are human. This may take a few seconds.</p>"
        "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={a:1}</script>",
    ),
    "a block with a long explanation": html(
        "Attention Required! | Cloudflare",
        "<h1>Sorry, you have been blocked</h1><p>You are unable to access harbour.example.</p><h2>Why?</h2><p>"
        + "This site is protected from attacks. What you did set off the protection: a word, a command. " * 5
        + "</p><p>Ray ID: 1f2e</p>",
    ),
    "a refusal with a reference": html(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this on this server.<p>Reference #18.2f4</p>",
    ),
    "an incident in a frame": lambda page: (
        '<html><head><meta name="robots" content="noindex"></head><iframe src="/_Incapsula_Resource?SWJIYLWA=1">'
        "Request unsuccessful. Incapsula incident ID: 77-1</iframe></html>"
    ),
    "a puzzle by script": lambda page: (
        "<html><body><p id=cmsg>Please enable JS and disable any ad blocker</p>"
        "<script src='https://ct.captcha-delivery.example/c.js'></script></body></html>"
    ),
    "a button to press and hold": html(
        "Access to this page has been denied",
        "<div id=px-captcha></div><h1>Before we continue...</h1><p>Press & hold to confirm you are a human "
        "(and not a bot).</p>",
    ),
    "a suspicion": html(
        "Pardon Our Interruption",
        "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think that you "
        "were a bot. " + "Perhaps scripts are off, or you move with superhuman speed. " * 6 + "</p>",
    ),
    "a human check": html(
        "Human Verification",
        "<h1>Let's confirm you are human</h1><p>Complete the security check before continuing.</p>"
        "<script src=https://a.token.awswaf.example/challenge.js></script>",
    ),
    "a firewall's page": html(
        "Request Rejected",
        "The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 9123",
    ),
    "a checkpoint": html(
        "Vercel Security Checkpoint", "<p>We're verifying your browser</p><p>Website owner? Click here.</p>"
    ),
    "a guard's wait": html(
        "DDoS-Guard",
        "<h1>Checking your browser before accessing harbour.example</h1><p>It takes 5 seconds.</p>",
    ),
    "a slider in Chinese": html("安全验证", "<p>请完成安全验证</p><p>滑动验证:向右拖动滑块</p>"),
    "too many requests in Chinese": html("访问受限", "<p>您的访问过于频繁,请稍后再试。</p>"),
    "a check in Japanese": html(
        "しばらくお待ちください", "<p>ブラウザを確認しています。人間であることを確認します。</p>"
    ),
    "a check in French": html(
        "Un instant…", "<p>Vérification de votre navigateur avant l'accès au site.</p>"
    ),
    "a check in Russian": html(
        "Один момент…", "<p>Проверка вашего браузера. Подтвердите, что вы не робот.</p>"
    ),
    "a refusal in German": html("Zugriff verweigert", "<p>Ihre Anfrage wurde blockiert. Vorgang 4711.</p>"),
    "a refusal in Vietnamese": html("Truy cập bị từ chối", "<p>Bạn không có quyền truy cập trang này.</p>"),
    "too many requests in words": html(
        "Too many requests",
        "<p>You have sent too many requests. Please slow down and come again in a minute.</p>",
    ),
    "a robot check with a picture": html(
        "Robot Check",
        "<h4>Type the characters you see in this image</h4><p>Sorry, we just need to make sure you're "
        "not a robot.</p><img src=/captcha.png><form><input name=c></form>",
    ),
    "a guard in plain text": lambda page: "Please verify you are a human. Captcha required.",
    "a block under the page's own title": titled(
        "<p>Your request has been blocked by our security rules. ID 5.</p>"
    ),
    "a block within the site's frame": framed(
        "Harbour", "<h1>Access denied</h1><p>Your request was blocked. Incident ID: 12.</p>"
    ),
}
NOTES: dict[str, Body] = {
    "maintenance in Arabic": html("الموقع تحت الصيانة", "<p>يرجى المحاولة لاحقا. نعتذر عن الإزعاج.</p>"),
    "maintenance in Polish": html("Przerwa", "<p>Trwają prace techniczne. Prosimy spróbować później.</p>"),
    "a soft 404 in Dutch": html("Pagina niet gevonden", "<p>De pagina die u zoekt bestaat niet.</p>"),
    "maintenance": html("Maintenance", "<h1>We will be back soon</h1><p>The site is under maintenance.</p>"),
    "maintenance within the site's frame": framed(
        "Maintenance",
        "<h1>Scheduled maintenance</h1><p>The site is down for maintenance and will be back at noon.</p>",
    ),
    "maintenance under the page's own title": titled(
        "<p>The site is temporarily unavailable. Sorry for the inconvenience, we will be back online soon.</p>"
    ),
    "a CMS in maintenance mode": html(
        "Site under maintenance",
        "<h1>Site under maintenance</h1><div class=maintenance-mode>Harbour is currently under maintenance. We should "
        "be back shortly. Thank you for your patience.</div>",
    ),
    "maintenance in Spanish": html(
        "Sitio en mantenimiento", "<h1>Volveremos pronto</h1><p>Disculpen las molestias.</p>"
    ),
    "maintenance in French": html(
        "Maintenance en cours", "<p>Le site est en maintenance. De retour bientôt.</p>"
    ),
    "maintenance in Portuguese": html(
        "Em manutenção", "<p>O site está em manutenção. Voltaremos em breve.</p>"
    ),
    "maintenance in German": html(
        "Wartungsarbeiten", "<p>Wegen Wartungsarbeiten sind wir vorübergehend nicht erreichbar.</p>"
    ),
    "maintenance in Chinese": html("系统维护中", "<p>系统正在维护,请稍后再试。不便之处,敬请谅解。</p>"),
    "maintenance in Japanese": html(
        "メンテナンスのお知らせ", "<p>ただいまメンテナンス中です。ご迷惑をおかけします。</p>"
    ),
    "maintenance in Korean": html(
        "서비스 점검 중", "<p>현재 점검 중입니다. 이용에 불편을 드려 죄송합니다.</p>"
    ),
    "maintenance in Vietnamese": html(
        "Website đang bảo trì", "<p>Trang đang được bảo trì, vui lòng quay lại sau.</p>"
    ),
    "maintenance in Indonesian": html(
        "Situs dalam pemeliharaan", "<p>Situs sedang dalam perbaikan. Mohon maaf atas gangguan ini.</p>"
    ),
    "maintenance in Thai": html("ปิดปรับปรุงระบบ", "<p>เว็บไซต์อยู่ระหว่างการปรับปรุง ขออภัยในความไม่สะดวก</p>"),
    "maintenance in Russian": html(
        "Технические работы",
        "<p>На сайте ведутся технические работы. Приносим извинения, попробуйте позже.</p>",
    ),
    "no database": html("Database Error", "<h1>Error establishing a database connection</h1>"),
    "an error of the program": html(
        "Runtime Error",
        "<h1>Server Error in '/' Application.</h1><p>An error occurred: Object reference not set.</p>",
    ),
    "a program's last words": lambda page: (
        "<br /><b>Fatal error</b>: Fatal error: Uncaught Error: Call to a function"
    ),
    "something went wrong": html("Oops!", "<h1>Something went wrong</h1><p>Please try again later.</p>"),
    "an unpaid account": html(
        "Account Suspended", "<p>This account has been suspended. Contact your provider.</p>"
    ),
    "a domain for sale": html(
        "harbour.example", "<h1>This domain is for sale</h1><p>The domain may be for sale.</p>"
    ),
    "a fresh server": html(
        "Welcome to nginx!",
        "<h1>Welcome to nginx!</h1><p>If you see this page, the web server is successfully installed and working.</p>",
    ),
    "bandwidth used up": html(
        "Bandwidth Limit Exceeded", "<p>The bandwidth limit of this site is used up.</p>"
    ),
    "a soft 404": html(
        "Page not found - Harbour",
        "<h1>Page not found</h1><p>The page you are looking for does not exist.</p>",
    ),
    "a soft 404 within the site's frame": framed(
        "Page not found", "<h1>Page not found</h1><p>Sorry, the page you requested could not be found.</p>"
    ),
    "a soft 404 in German": html("Seite nicht gefunden", "<p>Die gesuchte Seite existiert nicht mehr.</p>"),
    "a soft 404 in Korean": html(
        "페이지를 찾을 수 없습니다", "<p>요청하신 페이지가 삭제되었거나 변경되었습니다.</p>"
    ),
    "a login": html(
        "Sign in",
        "<form><input name=u><input type=password name=p><a href=/f>Forgot your password?</a></form>",
    ),
    "a login within the site's frame": framed(
        "Log in",
        "<h1>Log in</h1><form><label>Name</label><input><input type=password></form><p>Remember me</p>",
    ),
    "a session that ran out": html(
        "Session expired", "<p>Your session has expired. Please log in again to continue.</p>"
    ),
    "a login in Japanese": html(
        "ログイン", "<form><input type=password></form><p>パスワードをお忘れの方 ログインしてください</p>"
    ),
    "a consent wall": html(
        "Before you continue",
        "<h1>Before you continue</h1><p>We and our 812 partners store and/or access information on a device. "
        "</p><button>Accept all</button><button>Manage preferences</button>",
    ),
    "a consent wall under the page's own title": titled(
        "<p>We value your privacy. We and our partners use cookies.</p><button>Accept all</button>"
        "<button>Reject all</button>"
    ),
    "a consent wall in German": html(
        "Ihre Privatsphäre",
        "<p>Wir und unsere Partner verwenden Cookies.</p><button>Alle akzeptieren</button>",
    ),
    "another region": html(
        "Not available in your region", "<p>This content is not available in your country or region.</p>"
    ),
    "another region in Spanish": html(
        "Contenido", "<p>Este contenido no está disponible en su país. No está disponible en su región.</p>"
    ),
    "a shell that waits for scripts": html(
        "Harbour", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
    ),
    "half of a shell": lambda page: html(
        own_title(page),
        "<header><a href=/>Home</a></header><div id='app'></div><footer>Harbour Secretariat</footer>",
    )(page),
    "a page that still loads": html("Loading...", "<div id=__next></div><p>Loading, please wait</p>"),
    "a redirect by script": html(
        "Redirecting...",
        "<p>You are being redirected. If you are not redirected, click here.</p>",
        "<meta http-equiv=refresh content='0;url=/start'>",
    ),
    "white space": lambda page: " \r\n\t ",
    "an empty frame of a page": html("", ""),
    "an error in JSON": lambda page: '{"error": {"code": 17, "message": "Missing token"}, "data": null}',
    "an error in JSON with an id": lambda page: (
        '{"success": false, "message": "upstream timeout", "request_id": "1"}'
    ),
    "letters of another encoding": lambda page: re.sub(
        r"</p>|</li>|</td>",
        " São Tomé, Côte d’Ivoire, Việt Nam".encode().decode("cp1252", "replace") + r"\g<0>",
        page,
    ),
    "a waiting room": html(
        "You are now in line", "<p>Your estimated wait time is 4 minutes. This page refreshes by itself.</p>"
    ),
    "a request that is being verified": html(
        "One moment, please...", "<h1>Please wait while your request is being verified...</h1>"
    ),
    "a cache without its site": html(
        "503 Backend fetch failed", "<h1>Error 503</h1><h3>Guru Meditation:</h3><p>XID: 98325</p>"
    ),
    "a delivery network without its site": html(
        "Fastly error: unknown domain", "<p>Please check that this domain has been added to a service.</p>"
    ),
    "a program's warnings": lambda page: (
        "<b>Warning</b>: mysqli_connect(): Too many connections in <b>db.php</b> on line <b>3</b><br>"
    ),
    "a program's settings": html(
        "TemplateDoesNotExist at /group",
        "<p>You see this error because you have DEBUG = True in your settings.</p>",
    ),
    "a script that failed": html(
        "Harbour", "<h2>Application error: a client-side exception has occurred.</h2>"
    ),
    "an unsupported browser": html(
        "Harbour", "<p>Your browser is not supported. Please upgrade to a modern browser.</p>"
    ),
    "a hotel's network": html(
        "Welcome", "<h1>Welcome to Quay WiFi</h1><p>Accept the terms to get online.</p>"
    ),
    "a provider's block": html(
        "Notice", "<p>Access to this website has been blocked by order of a court.</p>"
    ),
    "an error in XML": lambda page: (
        "<?xml version='1.0'?><Error><Code>Denied</Code><RequestId>A1</RequestId></Error>"
    ),
    "data without anything in it": lambda page: "[]",
    "maintenance in a notice in Japanese": html(
        "お知らせ", "<p>システムメンテナンスのため、サービスを停止しております。</p>"
    ),
}
