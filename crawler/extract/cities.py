"""Cities where groups meet, for lines that put a city right behind a title ("42nd Meeting Hanoi, Viet Nam").

A list settles what white space alone cannot; a city that is missing here is still read wherever a comma, a
bracket or the other entries of its list tell it.
"""

from __future__ import annotations

CITIES = """
Aberdeen; Abidjan; Abu Dhabi; Abuja; Accra; Addis Ababa; Adelaide; Ahmedabad; Algiers; Almaty; Amman;
Amsterdam; Anchorage; Ankara; Antalya; Antananarivo; Antwerp; Apia; Arequipa; Ashgabat; Asmara; Astana;
Asunción; Athens; Atlanta; Auckland; Austin; Baghdad; Baku; Bali; Balikpapan; Baltimore; Bamako; Bandar
Seri Begawan; Bandung; Bangalore; Bangkok; Bangui; Barcelona; Basel; Batam; Beijing; Beirut; Belfast;
Belgrade; Bengaluru; Bergen; Berlin; Bern; Big Sky; Bilbao; Birmingham; Bishkek; Bogor; Bogota; Bogotá;
Bologna; Bonn; Boracay; Bordeaux; Borobudur; Boston; Brasilia; Brasília; Bratislava; Brighton; Brisbane;
Bristol; Brno; Brussels; Bucharest; Budapest; Buenos Aires; Busan; Cairns; Cairo; Calgary; Cambridge;
Canberra; Cancun; Cancún; Can Tho; Cape Town; Caracas; Cardiff; Cartagena; Casablanca; Cebu; Cebu City;
Changsha; Charlotte; Chengdu; Chennai; Chiang Mai; Chiang Rai; Chicago; Chișinău; Chongqing; Christchurch;
Clark; Cologne; Colombo; Concepcion; Concepción; Conakry; Copenhagen; Cusco; Cuzco; Da Nang; Dakar;
Dalian; Dallas; Damascus; Dar es Salaam; Darwin; Davao; Davos; Delhi; Denver; Detroit; Dhaka; Dili;
Djibouti; Doha; Dresden; Dubai; Dublin; Dubrovnik; Dunedin; Durban; Dushanbe; Düsseldorf; Edinburgh;
Edmonton; Eindhoven; Entebbe; Espoo; Florence; Fortaleza; Frankfurt; Freetown; Fukuoka; Gaborone;
Gangneung; Gdańsk; Gdansk; Geneva; Ghent; Glasgow; Gold Coast; Gothenburg; Granada; Graz; Grenoble;
Guadalajara; Guangzhou; Guatemala City; Guayaquil; Gwangju; Gyeongju; Haikou; Hai Phong; Halifax; Hamburg;
Hangzhou; Hanoi; Ha Noi; Ha Long; Harare; Harbin; Havana; Heidelberg; Helsinki; Hiroshima; Ho Chi Minh; Ho
Chi Minh City; Hobart; Hoi An; Hong Kong; Honiara; Honolulu; Houston; Hsinchu; Hua Hin; Hue; Hyderabad;
Iloilo; Iloilo City; Incheon; Innsbruck; Iquitos; Islamabad; Istanbul; Jakarta; Jeddah; Jeju; Jerusalem;
Johannesburg; Johor Bahru; Kabul; Kampala; Kaohsiung; Karachi; Kathmandu; Kazan; Khabarovsk; Khartoum;
Khon Kaen; Kigali; Kingston; Kinshasa; Kobe; Kochi; Kolkata; Kota Kinabalu; Krakow; Kraków; Kuala Lumpur;
Kuching; Kunming; Kuwait City; Kyiv; Kyoto; La Paz; La Serena; Labuan Bajo; Lagos; Lahore; Langkawi; Las
Vegas; Lausanne; Leeds; Leipzig; Libreville; Lille; Lilongwe; Lima; Linz; Lisbon; Liverpool; Ljubljana;
Lombok; London; Los Angeles; Los Cabos; Luanda; Lusaka; Luxembourg; Lyon; Macao; Macau; Madrid; Makassar;
Malaga; Málaga; Malmö; Managua; Manado; Manama; Manchester; Manila; Maputo; Marrakech; Marrakesh;
Marseille; Medan; Medellin; Medellín; Melbourne; Merida; Mérida; Mexico City; Miami; Milan; Minneapolis;
Minsk; Mombasa; Monterrey; Montevideo; Montpellier; Montreal; Montréal; Moscow; Mumbai; Munich; Muscat;
Nadi; Nagoya; Nairobi; Nanchang; Nanjing; Nanning; Nantes; Naples; Nashville; Nassau; Naypyidaw; New
Delhi; New Orleans; New Taipei; New York; New York City; Newcastle; Nha Trang; Nice; Nicosia; Niigata;
Ningbo; Nottingham; Nusa Dua; Nuku'alofa; Oaxaca; Okinawa; Orlando; Osaka; Oslo; Ottawa; Oulu; Oxford;
Palembang; Palo Alto; Panama City; Paracas; Paris; Pasay; Pasay City; Pattaya; Penang; Perth; Perugia;
Philadelphia; Phnom Penh; Phoenix; Phu Quoc; Phuket; Pisa; Pittsburgh; Plovdiv; Podgorica; Port Louis;
Port Moresby; Port of Spain; Port Vila; Portland; Porto; Porto Alegre; Poznan; Prague; Praia; Pretoria;
Pristina; Pucón; Puebla; Puerto Montt; Puerto Varas; Puerto Vallarta; Pune; Punta Arenas; Putrajaya;
Pyongyang; Qingdao; Quebec; Quebec City; Queenstown; Quezon City; Quito; Rabat; Recife; Reykjavik; Riga;
Rio de Janeiro; Riyadh; Rome; Rotorua; Rotterdam; Saint Petersburg; San Antonio; San Diego; San Francisco;
San Jose; San José; San Juan; San Salvador; Santa Cruz; Santa Fe; Santiago; Santiago de Chile; Santo
Domingo; Sanya; Sao Paulo; São Paulo; Sapporo; Sarajevo; Seattle; Sendai; Seoul; Seville; Shanghai; Sharm
El Sheikh; Shenyang; Shenzhen; Siem Reap; Singapore; Skopje; Sochi; Sofia; Solo; Split; St Petersburg; St.
Petersburg; St. Louis; Stavanger; Stockholm; Strasbourg; Stuttgart; Sucre; Surabaya; Suva; Suzhou; Sydney;
Tacna; Taichung; Tainan; Taipei; Taipei City; Tallinn; Tampa; Tampere; Tangier; Tarapoto; Tashkent;
Tauranga; Tbilisi; Tegucigalpa; Tehran; Tel Aviv; The Hague; Thessaloniki; Thimphu; Tianjin; Tirana;
Tokyo; Tomsk; Toronto; Toulouse; Trondheim; Trujillo; Tsukuba; Tunis; Turin; Ulaanbaatar; Uppsala;
Urubamba; Utrecht; Valencia; Valletta; Valparaiso; Valparaíso; Vancouver; Venice; Victoria; Vienna;
Vientiane; Vilnius; Vina del Mar; Viña del Mar; Vladivostok; Warsaw; Washington; Washington D.C.;
Washington, D.C.; Washington DC; Wellington; Whistler; Windhoek; Winnipeg; Wroclaw; Wuhan; Wuxi; Xi'an;
Xiamen; Yangon; Yantai; Yaounde; Yaoundé; Yekaterinburg; Yerevan; Yogyakarta; Yokohama; Zagreb; Zaragoza;
Zurich; Zürich
"""
# In the scripts of the region; a further one is known by its economy beside it, or by the word for a city.
SCRIPT_CITIES = """
北京; 上海; 广州; 深圳; 青岛; 杭州; 南京; 武汉; 成都; 重庆; 西安; 天津; 大连;
厦门; 宁波; 苏州; 昆明; 南宁; 海口; 长沙; 台北; 臺北; 高雄; 臺中; 東京; 大阪;
京都; 名古屋; 横浜; 福岡; 札幌; 神戸; 仙台; 広島; 新潟; 金沢; 那覇; つくば;
北九州; 서울; 부산; 인천; 대구; 대전; 광주; 제주; 경주; 세종; 수원; 여수;
송도; 首尔; 釜山; 济州; 东京; ソウル; 도쿄; 오사카; 베이징; 상하이; 新加坡;
曼谷; バンコク; 방콕; 河内; ハノイ; 하노이; 胡志明市; 马尼拉; マニラ; 마닐라;
雅加达; ジャカルタ; 자카르타; 吉隆坡; クアラルンプール; 쿠알라룸푸르; 日内瓦;
ジュネーブ; 제네바; 巴黎; パリ; 파리; 伦敦; ロンドン; 런던; 纽约; ニューヨーク;
뉴욕; 华盛顿; ワシントン; 워싱턴; 利马; リマ; 리마; 柏林; ベルリン; 베를린;
维也纳; ウィーン; 悉尼; シドニー; 시드니; 圣地亚哥
"""
