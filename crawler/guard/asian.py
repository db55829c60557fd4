"""What such answers say in Chinese, Japanese, Korean, Vietnamese, Indonesian and Thai.

Whole titles, then parts of sentences, by `;`, in small letters.
"""

from __future__ import annotations

SAID: dict[str, dict[str, tuple[str, str]]] = {
    "zh": {
        "challenge": (
            """请稍候; 请稍等; 请稍侯; 請稍候; 访问被拒绝; 拒绝访问; 禁止访问; 存取被拒; 安全验证;
            安全驗證; 人机验证; 访问受限""",
            """正在检查您的浏览器; 正在檢查您的瀏覽器; 验证您是真人; 确认您是真人; 請驗證您是真人;
            请完成安全验证; 滑动验证; 访问过于频繁; 请求过于频繁; 您的访问被; 您的ip;
            启用javascript和; 不是机器人; 不是機器人; 请求带有不合法参数; 管理员设置拦截; 访问被阻断""",
        ),
        "out of order": (
            """系统维护; 网站维护; 網站維護; 维护中; 維護中; 系统维护中; 系統維護中; 服务不可用;
            服务器错误; 系统错误; 出错了; 错误""",
            """正在维护; 升级维护; 系統維護; 正在進行維護; 暂时无法访问; 暫時無法; 暂时不可用; 请稍后再试; 請稍後再試;
            不便之处; 不便之處; 敬请谅解; 敬請見諒; 服务器内部错误; 发生错误; 很快回来""",
        ),
        "missing": (
            "页面不存在; 找不到页面; 頁面不存在; 找不到頁面; 页面未找到; 未找到",
            """您访问的页面; 您要访问的页面; 找不到您要; 您所查找的; 页面不存在; 已被删除;
            頁面已被移除; 找不到您要的""",
        ),
        "shell": (
            "加载中; 載入中; 正在加载",
            """请启用javascript; 需要启用javascript; 启用 javascript; 请开启javascript; 正在加载;
            加载中""",
        ),
        "region": (
            "您所在的地区无法访问; 您所在的地區無法使用",
            "您所在的地区; 您所在的国家; 您所在的地區; 您的地区不; 所在地区暂不",
        ),
        "elsewhere": (
            "正在跳转; 页面跳转; 重定向",
            "正在跳转; 页面将自动跳转; 如果没有自动跳转; 自動跳轉",
        ),
        "consent": (
            "您的隐私; 隐私设置; 我们重视您的隐私; 您的隱私",
            "接受全部; 接受所有; 全部接受; 拒绝全部; 我们和我们的合作伙伴",
        ),
        "login": (
            "登录; 登錄; 登入; 用户登录; 会员登录; 請登入; 请登录",
            "忘记密码; 忘記密碼; 请先登录; 請先登入; 记住我; 登录后查看; 没有账号",
        ),
    },
    "ja": {
        "challenge": (
            """しばらくお待ちください; お待ちください; アクセスが拒否されました; アクセス拒否;
            セキュリティチェック; アクセス制限""",
            """ブラウザを確認しています; ブラウザーを確認; 人間であることを確認;
            ロボットではありません; ロボットでないこと; javascriptとcookie;
            アクセスが制限されて; アクセスする権限がありません; リクエストが多すぎます""",
        ),
        "out of order": (
            """メンテナンス; メンテナンス中; メンテナンスのお知らせ; サービス停止中;
            サーバーエラー; エラー; 内部サーバーエラー; エラーが発生しました""",
            """メンテナンス中です; メンテナンスのため; メンテナンスを行って; メンテナンスを実施;
            サービスを停止; 一時的にご利用; 一時的に利用できません; ご迷惑をおかけ; ご不便をおかけ; しばらくしてから;
            後ほど再度; 時間をおいて; エラーが発生しました; アクセスが集中""",
        ),
        "missing": (
            """ページが見つかりません; お探しのページは見つかりませんでした; 見つかりません;
            ページが見つかりませんでした""",
            """お探しのページ; ページが見つかりません; 移動または削除; 削除された可能性;
            指定されたページ""",
        ),
        "shell": (
            "読み込み中",
            "javascriptを有効に; javascriptが無効; 読み込み中; 読み込んでいます",
        ),
        "region": (
            "お住まいの地域ではご利用いただけません",
            "お住まいの地域; お使いの地域; お住まいの国; この地域では; お客様の地域",
        ),
        "elsewhere": (
            "リダイレクト中; ページ移動",
            "自動的に移動; 自動的に切り替わ; ページが移動しました; リダイレクトします",
        ),
        "consent": (
            "プライバシーの設定; プライバシーについて; 続行する前に",
            "すべて同意; すべて受け入れる; すべて拒否; 同意して続行; パートナーは",
        ),
        "login": (
            "ログイン; サインイン; 会員ログイン; ログインしてください",
            """パスワードを忘れた; パスワードをお忘れ; ログインしてください; ログイン状態を保持;
            ログインが必要; 新規会員登録""",
        ),
    },
    "ko": {
        "challenge": (
            """잠시만 기다리십시오; 잠시만 기다려 주세요; 액세스가 거부되었습니다;
            접근이 거부되었습니다; 보안 확인; 접근 거부; 접속 차단""",
            """브라우저를 확인; 사람인지 확인; 사람임을 확인; 로봇이 아닙니다; 로봇이 아님을;
            자바스크립트와 쿠키; 접근 권한이 없습니다; 차단되었습니다; 요청이 너무 많습니다;
            비정상적인""",
        ),
        "out of order": (
            """점검 중; 점검중; 서비스 점검; 시스템 점검; 서비스 점검 중; 시스템 점검 안내; 오류;
            서버 오류; 오류가 발생했습니다; 서비스 이용 불가""",
            """점검 중입니다; 점검중입니다; 점검을 진행; 일시적으로 이용; 일시적으로 사용할 수 없;
            불편을 드려; 이용에 불편; 잠시 후 다시; 나중에 다시; 오류가 발생""",
        ),
        "missing": (
            "페이지를 찾을 수 없습니다; 찾을 수 없음; 존재하지 않는 페이지",
            """요청하신 페이지; 페이지를 찾을 수 없; 찾으시는 페이지; 존재하지 않거나;
            삭제되었거나; 변경 혹은 삭제""",
        ),
        "shell": (
            "로딩 중; 로딩중; 불러오는 중",
            "자바스크립트를 활성화; javascript를 활성화; javascript를 사용; 불러오는 중; 로딩 중",
        ),
        "region": (
            "해당 지역에서는 이용할 수 없습니다",
            "해당 국가에서는; 해당 지역에서는; 거주하시는 지역; 귀하의 지역; 귀하의 국가",
        ),
        "elsewhere": (
            "페이지 이동 중; 이동 중",
            "자동으로 이동; 리디렉션",
        ),
        "consent": (
            "개인정보 보호; 개인정보 설정",
            "모두 동의; 모두 수락; 모두 허용; 모두 거부; 파트너는",
        ),
        "login": (
            "로그인; 회원 로그인; 로그인 필요",
            """비밀번호 찾기; 비밀번호를 잊으; 로그인이 필요; 로그인 후 이용; 로그인 상태 유지;
            로그인해 주세요; 아이디 저장""",
        ),
    },
    "vi": {
        "challenge": (
            """chờ một chút; vui lòng đợi; truy cập bị từ chối; từ chối truy cập;
            kiểm tra bảo mật; xác minh bảo mật""",
            """đang kiểm tra trình duyệt; xác minh bạn là con người; xác minh rằng bạn;
            tôi không phải là robot; không có quyền truy cập; đã bị chặn; quá nhiều yêu cầu""",
        ),
        "out of order": (
            """bảo trì; đang bảo trì; bảo trì hệ thống; website đang bảo trì; lỗi; lỗi máy chủ;
            dịch vụ không khả dụng""",
            """đang bảo trì; đang được bảo trì; tạm thời không; xin lỗi vì sự bất tiện;
            mong quý khách thông cảm; vui lòng quay lại sau; vui lòng thử lại; đã xảy ra lỗi;
            có lỗi xảy ra""",
        ),
        "missing": (
            "không tìm thấy trang; không tìm thấy; trang không tồn tại",
            """trang bạn tìm; trang bạn yêu cầu; trang bạn đang tìm; không tồn tại hoặc đã;
            không tìm thấy trang""",
        ),
        "shell": (
            "đang tải",
            "bật javascript; kích hoạt javascript; đang tải",
        ),
        "region": (
            "không khả dụng ở quốc gia của bạn",
            "không có sẵn tại",
        ),
        "elsewhere": (
            "đang chuyển hướng",
            "sẽ được chuyển hướng; đang chuyển hướng; tự động chuyển",
        ),
        "consent": (
            "quyền riêng tư của bạn",
            "chấp nhận tất cả; đồng ý tất cả; từ chối tất cả; đối tác của chúng tôi",
        ),
        "login": (
            "đăng nhập; đăng nhập hệ thống; vui lòng đăng nhập",
            """quên mật khẩu; vui lòng đăng nhập; cần đăng nhập; ghi nhớ đăng nhập;
            chưa có tài khoản""",
        ),
    },
    "id": {
        "challenge": (
            "tunggu sebentar; mohon tunggu; akses ditolak; pemeriksaan keamanan; dilarang",
            """memeriksa browser anda; verifikasi bahwa anda manusia; bahwa anda adalah manusia;
            saya bukan robot; tidak memiliki izin; telah diblokir; terlalu banyak permintaan""",
        ),
        "out of order": (
            """pemeliharaan; dalam pemeliharaan; sedang dalam perbaikan; situs dalam pemeliharaan;
            layanan tidak tersedia; kesalahan server; kesalahan; sedang dalam pemeliharaan""",
            """dalam pemeliharaan; sedang dalam perbaikan; dalam perbaikan; segera kembali;
            mohon maaf atas; sementara tidak tersedia; tidak tersedia untuk sementara;
            coba lagi nanti; terjadi kesalahan""",
        ),
        "missing": (
            "halaman tidak ditemukan; tidak ditemukan",
            """halaman yang anda cari; halaman yang anda minta; tidak ada atau telah;
            halaman tidak ditemukan""",
        ),
        "shell": (
            "memuat; sedang memuat",
            "mengaktifkan javascript; aktifkan javascript; sedang memuat",
        ),
        "region": (
            "tidak tersedia di negara anda",
            "tidak tersedia di negara; tidak tersedia di wilayah",
        ),
        "elsewhere": (
            "mengalihkan",
            "anda akan dialihkan; sedang dialihkan",
        ),
        "consent": (
            "privasi anda; kami menghargai privasi anda",
            "terima semua; setuju semua; tolak semua; mitra kami",
        ),
        "login": (
            "masuk; silakan masuk; login anggota",
            """lupa kata sandi; lupa password; silakan masuk; silakan login; ingat saya;
            belum punya akun""",
        ),
    },
    "th": {
        "challenge": (
            "สักครู่; โปรดรอสักครู่; กรุณารอสักครู่; การเข้าถึงถูกปฏิเสธ; ปฏิเสธการเข้าถึง; การตรวจสอบความปลอดภัย",
            """กำลังตรวจสอบเบราว์เซอร์; ยืนยันว่าคุณเป็นมนุษย์; ฉันไม่ใช่โปรแกรมอัตโนมัติ; ไม่ใช่หุ่นยนต์;
            คุณไม่มีสิทธิ์เข้าถึง; ถูกบล็อก""",
        ),
        "out of order": (
            "ปิดปรับปรุง; ปิดปรับปรุงระบบ; อยู่ระหว่างปรับปรุง; ปิดปรับปรุงชั่วคราว; ข้อผิดพลาด; เซิร์ฟเวอร์ขัดข้อง",
            """ปิดปรับปรุง; อยู่ระหว่างการปรับปรุง; อยู่ระหว่างปรับปรุง; กำลังปรับปรุง; ขออภัยในความไม่สะดวก;
            ไม่พร้อมให้บริการ; กรุณาลองใหม่; โปรดลองอีกครั้ง; เกิดข้อผิดพลาด""",
        ),
        "missing": (
            "ไม่พบหน้า; ไม่พบหน้าที่คุณต้องการ; ไม่พบหน้าเว็บ; ไม่พบหน้านี้",
            "ไม่พบหน้าที่; หน้าที่คุณค้นหา; หน้าที่คุณต้องการ; หน้าที่คุณร้องขอ; ถูกลบหรือ",
        ),
        "shell": (
            "กำลังโหลด",
            "เปิดใช้งาน javascript; เปิดใช้ javascript; กำลังโหลด",
        ),
        "region": (
            "ไม่พร้อมใช้งานในประเทศของคุณ",
            "ในประเทศของคุณ; ในภูมิภาคของคุณ; ในพื้นที่ของคุณ",
        ),
        "elsewhere": (
            "กำลังเปลี่ยนเส้นทาง",
            "กำลังเปลี่ยนเส้นทาง; จะถูกเปลี่ยนเส้นทาง",
        ),
        "consent": (
            "ความเป็นส่วนตัวของคุณ",
            "ยอมรับทั้งหมด; ปฏิเสธทั้งหมด; พันธมิตรของเรา",
        ),
        "login": (
            "เข้าสู่ระบบ; ลงชื่อเข้าใช้; กรุณาเข้าสู่ระบบ",
            "ลืมรหัสผ่าน; กรุณาเข้าสู่ระบบ; จดจำฉัน; โปรดลงชื่อเข้าใช้; จำฉันไว้",
        ),
    },
}
