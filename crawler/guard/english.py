"""What answers say in English that stand in for a page: whole titles, and patterns of their sentences."""

from __future__ import annotations

NAMES = {
    "challenge": """just a moment; attention required; access denied; access to this page has been denied;
        checking your browser; verify you are human; please verify you are a human; are you a robot;
        are you human; robot check; human verification; security check; security verification;
        bot verification; verifying your connection; client challenge; ddos protection by cloudflare;
        pardon our interruption; request rejected; request unsuccessful; one more step; captcha; forbidden;
        not acceptable; unusual traffic; please wait; sucuri website firewall; blocked; you have been blocked;
        your access to this site has been limited; javascript is disabled; too many requests;
        rate limit exceeded; rate limited; you are being rate limited; access blocked; web page blocked;
        attack detected; security service; vercel security checkpoint; ddos-guard; let's confirm you are human;
        one moment, please; one moment please; making sure you're not a bot; waiting room; you are now in line;
        site blocked; unsupported browser; browser not supported""",
    "out of order": """maintenance; maintenance mode; site maintenance; under maintenance; scheduled maintenance;
        planned maintenance; down for maintenance; site under maintenance; website under maintenance;
        temporarily unavailable; site temporarily unavailable; service unavailable; be right back;
        service temporarily unavailable; we'll be back soon; we will be back soon; site offline;
        website offline; offline; internal server error; server error; bad gateway; gateway timeout;
        gateway time-out; application error; runtime error; database error; error; an error occurred;
        error establishing a database connection; something went wrong; account suspended; oops;
        bandwidth limit exceeded; website expired; domain expired; this domain is for sale; domain for sale;
        welcome to nginx!; welcome to nginx; it works; it works!; apache2 ubuntu default page;
        apache2 debian default page; iis windows server; default web site page; coming soon;
        default backend; test page for the http server; site not published; backend fetch failed;
        guru meditation; fastly error: unknown domain; page expired; site not found; cloudflare tunnel error""",
    "missing": """page not found; not found; file not found; page cannot be found; page can't be found;
        the page you requested was not found; page does not exist; nothing found; document not found;
        page no longer available; sorry, we couldn't find that page; the requested url was not found""",
    "shell": "loading; javascript required; enable javascript; please enable javascript; please wait while loading",
    "region": """not available in your region; not available in your country; not available in your location;
        unavailable in your region; unavailable for legal reasons; access restricted; region not supported;
        content not available; country blocked; service not available in your country""",
    "elsewhere": "redirecting; redirect; you are being redirected; object moved; moved; document moved",
    "consent": """before you continue; we value your privacy; your privacy choices; your privacy; cookie consent;
        consent; consent required; we care about your privacy; your cookie choices; cookie wall;
        privacy settings; accept cookies""",
    "login": """log in; login; sign in; signin; please log in; please sign in; log on; sign in to continue;
        log in to continue; authentication required; login required; sign in to your account; member login;
        session expired; your session has expired; single sign-on; authentication;
        authorization required""",
}
PHRASES = {
    "challenge": (
        r"(?:checking|verifying) (?:your browser|if the site connection is secure|your connection)",
        r"enable (?:javascript and cookies|js\b|cookies)",
        r"enable javascript to (?:continue|proceed)",
        r"(?:verify|confirm|prove|check|make sure)(?:ing)?(?: that)? you(?:'re| are) (?:a )?(?:not a |a )?"
        r"(?:robot|bot|human)",
        r"(?:you|your (?:ip|request|access)\b.{0,40}) (?:have|has|was|were) (?:been )?"
        r"(?:blocked|limited|denied|banned)",
        r"(?:made us think|believe|suspect)(?: that)? you (?:are|were) (?:a bot|using automat)",
        r"you (?:do not|don't) have permission to access",
        r"complete the (?:security check|captcha|challenge)",
        r"(?:incapsula incident|ray|support|reference|request|incident|event) (?:id|number|#)",
        r"requested url was rejected",
        r"unusual (?:traffic|activity) from your",
        r"review the security of your connection",
        r"blocked by (?:the |our )?(?:security|network security|web application firewall)",
        r"access to this page has been denied",
        r"performing security verification",
        r"press (?:&|and) hold",
        r"(?:slide|drag) .{0,30}to (?:verify|complete|continue)",
        r"(?:too many|rate of) requests",
        r"rate limit",
        r"not a (?:robot|bot)\b",
        r"automated (?:access|requests|queries)",
        r"suspicious activity",
        r"(?:request|browser|connection|visit) is being (?:verified|checked)",
        r"(?:solve|complete) (?:this|the) (?:puzzle|check)",
        r"you are (?:a real person|(?:now )?in (?:the |a )?(?:queue|line))",
        r"estimated wait(?:ing)? time",
        r"powered and protected by",
        r"(?:this|your) browser is (?:not supported|unsupported|out of date)",
        r"upgrade to a (?:modern|supported) browser",
        r"access to this (?:web)?site (?:has been|is) (?:blocked|restricted)",
        r"accept the terms (?:and conditions )?to (?:get online|connect|continue)",
        r"welcome to [\w' ]{0,20}wi-?fi",
    ),
    "out of order": (
        r"(?:we|site|website)(?:'ll| will| should)? be (?:right )?back",
        r"back (?:soon|shortly|online|later)",
        r"temporarily (?:unavailable|down|offline|out of service|closed|suspended)",
        r"(?:down|offline|closed) for (?:\w+ )?maintenance",
        r"(?:site|website|server|page|system|service|portal|we) (?:is|are) (?:currently |now |being )?"
        r"(?:under|undergoing|in|performing)(?: \w+){0,2} maintenance",
        r"(?:sorry|apologi[sz]e) for (?:the|any) (?:inconvenience|trouble|interruption)",
        r"technical (?:difficulties|problems|issues)",
        r"error establishing a database connection",
        r"(?:unexpected|internal) (?:server )?error",
        r"(?:fatal|parse) error:",
        r"uncaught (?:\w*error|exception)",
        r"(?:traceback|stack trace)\b",
        r"an error (?:has )?occurred",
        r"something went wrong",
        r"bandwidth limit",
        r"account (?:has been |is )suspended",
        r"(?:this )?(?:domain|domain name|website) (?:has expired|is for sale|is parked|may be for sale)",
        r"successfully installed and working",
        r"default (?:page|web ?site)",
        r"web server is (?:down|returning|running)",
        r"unable to (?:connect to|load) (?:the )?(?:database|server|page|content)",
        r"capacity problems|overloaded",
        r"guru meditation|backend fetch failed",
        r"(?:domain|host) (?:has been added to a service|is configured as a tunnel)",
        r"client-side exception",
        r"debug = true in your settings",
        r"(?:failed to|cannot|can't|could not) connect to (?:mysql|the database|server)|too many connections",
        r"(?:warning|notice): \w+\(\)",
        r"(?:used to test|confirms) the correct operation",
        r"there isn't a [\w ]{0,20}pages site here",
        r"moving to a new (?:web)?site",
    ),
    "missing": (
        r"(?:page|file|url|address|resource|document)[\w ']{0,40} (?:could not be|was not|cannot be|can't be) found",
        r"(?:page|file|document) (?:that )?you(?:'re| are| were|'ve| have)? (?:requested|looking for)",
        r"(?:couldn't|could not|can't|cannot) find (?:the|that|this) (?:page|file|document)",
        r"(?:page|file|document) (?:does not|doesn't|no longer) exists?",
        r"(?:moved|renamed),? (?:or )?(?:deleted|removed|renamed|does not exist|doesn't exist)",
        r"check the (?:url|address|spelling)",
    ),
    "shell": (
        r"(?:enable|turn on|requires?|needs?|activate) javascript(?! and cookies)",
        r"javascript (?:is|to be) (?:required|disabled|enabled|not enabled)",
        r"(?:please wait|one moment),? (?:while )?(?:the )?(?:page|content|application|app)?\s*(?:is )?load",
    ),
    "region": (
        r"(?:not|un)\s?available (?:in|from|to visitors from) (?:your|this) (?:country|region|location|area|territory)",
        r"(?:blocked|restricted|unavailable) in your (?:country|region|location|area)",
        r"(?:from|in) your (?:country|region|location) (?:is|are|has|have) (?:not|been)",
        r"your (?:country|region|location) is not (?:supported|allowed)",
        r"due to (?:legal|regional|geographic|licensing) (?:reasons|restrictions)",
        r"visitors from (?:outside|your)",
        r"general data protection regulation .{0,80}(?:unavailable|cannot)",
    ),
    "elsewhere": (
        r"you (?:are|will) be(?:ing)? redirected",
        r"if you are not (?:automatically )?redirected",
        r"(?:object|document|page|site) (?:has )?(?:been )?moved (?:permanently )?(?:to )?here",
    ),
    "consent": (
        r"accept (?:all|cookies|and continue|all cookies)",
        r"reject (?:all|non-essential)",
        r"manage (?:your )?(?:cookies?|privacy|consent)? ?(?:preferences|choices|settings|options)",
        r"we and our (?:\d+ )?partners",
        r"store and/or access information",
        r"before you continue",
        r"(?:your|with) consent",
        r"to (?:continue|proceed|read on).{0,40}(?:accept|agree|consent)",
    ),
    "login": (
        r"forg(?:ot|otten)(?: your)? (?:password|username)",
        r"(?:log|sign) in (?:to|with|using) (?:your|continue|access|view)",
        r"(?:please|must|need to) (?:log|sign) in",
        r"keep me (?:logged|signed) in|remember me|stay signed in",
        r"(?:do not|don't) have an account",
        r"(?:session|login) (?:has |is )?(?:expired|timed out|required)",
        r"create an account",
        r"restricted to (?:members|registered)|(?:members|subscribers) only",
        r"not authori[sz]ed to (?:view|access)",
    ),
}
