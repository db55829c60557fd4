"""What such answers say in Spanish, French, Portuguese, German, Italian and Russian.

Whole titles, then parts of sentences, by `;`, in small letters.
"""

from __future__ import annotations

SAID: dict[str, dict[str, tuple[str, str]]] = {
    "es": {
        "challenge": (
            """un momento; acceso denegado; verificación de seguridad; prohibido;
            demasiadas solicitudes""",
            """comprobando su navegador; verificando que usted es humano; verifique que es humano;
            no soy un robot; habilite javascript; no tiene permiso para acceder;
            ha sido bloqueado""",
        ),
        "out of order": (
            """mantenimiento; en mantenimiento; sitio en mantenimiento; servicio no disponible;
            error interno del servidor; error; volvemos pronto; volveremos pronto""",
            """sitio en mantenimiento; volveremos en breve; volveremos pronto;
            estamos realizando tareas de mantenimiento; disculpe las molestias;
            disculpen las molestias; temporalmente no disponible; fuera de servicio;
            inténtelo más tarde; inténtelo de nuevo más tarde; ha ocurrido un error;
            se ha producido un error""",
        ),
        "missing": (
            "página no encontrada; no encontrado; no se encontró la página",
            """la página que busca; página solicitada no existe; no se ha encontrado la página;
            no existe o ha sido movida""",
        ),
        "shell": (
            "cargando",
            "necesita habilitar javascript; cargando",
        ),
        "region": (
            "no disponible en su país; no disponible en su región",
            """no está disponible en su país; no está disponible en su región;
            no está disponible en tu país""",
        ),
        "elsewhere": (
            "redirigiendo",
            "será redirigido; está siendo redirigido",
        ),
        "consent": (
            "su privacidad; valoramos su privacidad; antes de continuar",
            """aceptar todas; aceptar todo; rechazar todo; nosotros y nuestros socios;
            configurar cookies""",
        ),
        "login": (
            "iniciar sesión; inicie sesión; acceso de usuarios; acceso restringido",
            """olvidó su contraseña; olvidado su contraseña; inicie sesión para; recordarme;
            debe iniciar sesión""",
        ),
    },
    "fr": {
        "challenge": (
            """un instant; accès refusé; accès interdit; vérification de sécurité;
            trop de requêtes; interdit""",
            """vérification de votre navigateur; vérifiez que vous êtes humain;
            vérifier que vous êtes humain; je ne suis pas un robot; activez javascript;
            vous n'avez pas l'autorisation d'accéder; a été bloqué""",
        ),
        "out of order": (
            """maintenance en cours; site en maintenance; en maintenance; service indisponible;
            service temporairement indisponible; erreur interne du serveur; erreur;
            nous revenons bientôt""",
            """en cours de maintenance; site en maintenance; est en maintenance;
            nous revenons bientôt; de retour bientôt; temporairement indisponible;
            veuillez nous excuser; excuser pour la gêne; gêne occasionnée; réessayer plus tard;
            une erreur est survenue; une erreur s'est produite""",
        ),
        "missing": (
            "page introuvable; page non trouvée; introuvable",
            """la page que vous recherchez; la page demandée n'existe;
            page demandée est introuvable; n'existe pas ou a été""",
        ),
        "shell": (
            "chargement; chargement en cours",
            "devez activer javascript; chargement en cours",
        ),
        "region": (
            "non disponible dans votre pays; indisponible dans votre pays",
            """n'est pas disponible dans votre pays; n'est pas disponible dans votre région;
            indisponible dans votre pays""",
        ),
        "elsewhere": (
            "redirection; redirection en cours",
            "vous allez être redirigé; si vous n'êtes pas redirigé",
        ),
        "consent": (
            "votre vie privée; nous respectons votre vie privée; avant de continuer; consentement",
            """tout accepter; tout refuser; continuer sans accepter; nous et nos partenaires;
            gérer mes choix; paramétrer les cookies""",
        ),
        "login": (
            """connexion; se connecter; identification; authentification; accès réservé;
            espace membre""",
            """mot de passe oublié; connectez-vous pour; se souvenir de moi;
            veuillez vous connecter; vous devez être connecté""",
        ),
    },
    "pt": {
        "challenge": (
            "um momento; acesso negado; verificação de segurança; proibido; muitas solicitações",
            """verificando seu navegador; verifique que você é humano; verificar se você é humano;
            não sou um robô; ative o javascript; não tem permissão para acessar; foi bloqueado""",
        ),
        "out of order": (
            """manutenção; em manutenção; site em manutenção; serviço indisponível;
            voltamos em breve; erro interno do servidor; erro; voltaremos em breve""",
            """site em manutenção; está em manutenção; voltaremos em breve; voltamos em breve;
            lamentamos o incómodo; desculpe o transtorno; pedimos desculpa pel;
            temporariamente indisponível; tente novamente mais tarde; ocorreu um erro""",
        ),
        "missing": (
            "página não encontrada; não encontrado; não encontrada",
            """a página que você procura; a página que procura; página solicitada não;
            não existe ou foi removida""",
        ),
        "shell": (
            "carregando; a carregar",
            "precisa habilitar o javascript; é necessário ativar o javascript",
        ),
        "region": (
            "não disponível no seu país; indisponível no seu país",
            """não está disponível no seu país; não está disponível na sua região;
            indisponível em seu país""",
        ),
        "elsewhere": (
            "redirecionando",
            "você será redirecionado; será redirecionado",
        ),
        "consent": (
            """sua privacidade; a sua privacidade; valorizamos a sua privacidade;
            antes de continuar""",
            """aceitar todos; aceitar tudo; rejeitar tudo; nós e os nossos parceiros;
            gerenciar cookies; gerir cookies""",
        ),
        "login": (
            "entrar; iniciar sessão; autenticação; acesso restrito",
            """esqueceu a senha; esqueceu sua senha; esqueceu-se da palavra-passe; faça login;
            lembrar-me""",
        ),
    },
    "de": {
        "challenge": (
            """nur einen moment; einen moment; zugriff verweigert; sicherheitsüberprüfung;
            zugang verweigert; verboten; zu viele anfragen""",
            """ihr browser wird überprüft; überprüfen ihren browser;
            bestätigen sie, dass sie ein mensch; ich bin kein roboter;
            aktivieren sie javascript; keine berechtigung; wurde blockiert; wurde gesperrt""",
        ),
        "out of order": (
            """wartung; wartungsarbeiten; wartungsmodus; im wartungsmodus; dienst nicht verfügbar;
            interner serverfehler; fehler; gleich wieder da; wir sind bald zurück;
            seite nicht verfügbar""",
            """wegen wartungsarbeiten; wird gerade gewartet; im wartungsmodus;
            sind in kürze wieder; bald wieder für sie; wir sind bald zurück;
            vorübergehend nicht erreichbar; vorübergehend nicht verfügbar;
            bitten um verständnis; bitten um ihr verständnis; später erneut;
            später noch einmal; ein fehler ist aufgetreten; technische störung;
            technische probleme""",
        ),
        "missing": (
            "seite nicht gefunden; nicht gefunden; seite existiert nicht",
            """die gesuchte seite; die angeforderte seite; konnte nicht gefunden werden;
            existiert nicht mehr""",
        ),
        "shell": (
            "wird geladen; lädt",
            "javascript aktivieren; javascript muss aktiviert; seite wird geladen",
        ),
        "region": (
            "in ihrem land nicht verfügbar; in ihrer region nicht verfügbar",
            """in ihrem land nicht verfügbar; in ihrer region nicht verfügbar;
            in deinem land nicht verfügbar""",
        ),
        "elsewhere": (
            "weiterleitung; sie werden weitergeleitet",
            "sie werden weitergeleitet; nicht automatisch weitergeleitet",
        ),
        "consent": (
            """ihre privatsphäre; wir respektieren ihre privatsphäre; einwilligung;
            datenschutzeinstellungen; bevor sie fortfahren""",
            """alle akzeptieren; alle ablehnen; akzeptieren und weiter; wir und unsere partner;
            einstellungen verwalten""",
        ),
        "login": (
            "anmelden; anmeldung; einloggen; bitte anmelden; anmeldung erforderlich",
            """passwort vergessen; angemeldet bleiben; melden sie sich an; bitte melden sie sich;
            bitte loggen sie sich""",
        ),
    },
    "it": {
        "challenge": (
            "un attimo; accesso negato; verifica di sicurezza; vietato",
            """verifica del browser; conferma di essere umano; verifica di essere umano;
            non sono un robot; è stato bloccato""",
        ),
        "out of order": (
            """manutenzione; in manutenzione; sito in manutenzione; servizio non disponibile;
            errore""",
            """sito in manutenzione; è in manutenzione; torneremo presto; torniamo presto;
            ci scusiamo per il disagio; temporaneamente non disponibile; riprova più tardi;
            si è verificato un errore""",
        ),
        "missing": (
            "pagina non trovata; non trovato",
            "la pagina che stai cercando; pagina richiesta non",
        ),
        "shell": (
            "caricamento; caricamento in corso",
            "abilitare javascript",
        ),
        "region": (
            "non disponibile nel tuo paese",
            "non è disponibile nel tuo paese; non è disponibile nella tua",
        ),
        "elsewhere": (
            "reindirizzamento",
            "verrai reindirizzato; sarai reindirizzato",
        ),
        "consent": (
            "la tua privacy; rispettiamo la tua privacy",
            "accetta tutto; accetta tutti; rifiuta tutto; noi e i nostri partner",
        ),
        "login": (
            "accedi; accesso; accesso riservato",
            "password dimenticata; hai dimenticato la password; accedi per; ricordami",
        ),
    },
    "ru": {
        "challenge": (
            """один момент; подождите; доступ запрещен; доступ запрещён; доступ ограничен;
            проверка безопасности; слишком много запросов""",
            """проверка вашего браузера; проверяем ваш браузер; подтвердите, что вы не робот;
            я не робот; подтвердите, что вы человек; включите javascript; был заблокирован;
            доступ к сайту ограничен""",
        ),
        "out of order": (
            """технические работы; ведутся технические работы; сайт на обслуживании;
            сервис недоступен; ошибка; ошибка сервера; внутренняя ошибка сервера;
            сайт временно недоступен; техническое обслуживание""",
            """ведутся технические работы; проводятся технические работы;
            на техническом обслуживании; временно недоступен; приносим извинения;
            попробуйте позже; повторите попытку позже; скоро вернемся; скоро вернёмся;
            произошла ошибка""",
        ),
        "missing": (
            "страница не найдена; не найдено; ничего не найдено",
            """запрашиваемая страница; страница, которую вы ищете; страница не существует;
            была удалена или перемещена""",
        ),
        "shell": (
            "загрузка",
            "необходимо включить javascript; включить javascript; идёт загрузка; идет загрузка",
        ),
        "region": (
            "недоступно в вашей стране; недоступно в вашем регионе",
            """недоступен в вашей стране; недоступно в вашей стране; недоступен в вашем регионе;
            недоступно в вашем регионе""",
        ),
        "elsewhere": (
            "перенаправление",
            "вы будете перенаправлены; если вас не перенаправило",
        ),
        "consent": (
            "ваша конфиденциальность; согласие",
            "принять все; отклонить все; мы и наши партнеры; мы и наши партнёры",
        ),
        "login": (
            "вход; войти; авторизация; вход в систему; требуется авторизация",
            """забыли пароль; запомнить меня; войдите, чтобы; необходимо авторизоваться;
            необходимо войти""",
        ),
    },
}
