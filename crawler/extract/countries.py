"""Countries and economies as pages write them. Short forms only in capitals: "US" is one, "us" is a word."""

from __future__ import annotations

COUNTRIES = """
Afghanistan; Albania; Algeria; Andorra; Angola; Antigua and Barbuda; Argentina; Armenia; Australia;
Austria; Azerbaijan; Bahamas; Bahrain; Bangladesh; Barbados; Belarus; Belgium; Belize; Benin; Bhutan;
Bolivia; Bosnia and Herzegovina; Botswana; Brazil; Brunei; Brunei Darussalam; Bulgaria; Burkina Faso;
Burundi; Cabo Verde; Cambodia; Cameroon; Canada; Cape Verde; Central African Republic; Chad; Chile; China;
People's Republic of China; P.R. China; PR China; Colombia; Comoros; Congo; Costa Rica; Côte d'Ivoire;
Ivory Coast; Croatia; Cuba; Cyprus; Czech Republic; Czechia; Democratic Republic of the Congo; Denmark;
Djibouti; Dominica; Dominican Republic; Ecuador; Egypt; El Equatorial Guinea; Eritrea; Estonia;
Eswatini; Ethiopia; Fiji; Finland; France; Gabon; Gambia; Georgia; Germany; Ghana; Greece; Grenada;
Guatemala; Guinea; Guinea-Bissau; Guyana; Haiti; Holy See; Honduras; Hong Kong; Hong Kong, China; Hong
Kong SAR; Hungary; Iceland; India; Indonesia; Iran; Iraq; Ireland; Israel; Italy; Jamaica; Japan; Jordan;
Kazakhstan; Kenya; Kiribati; Korea; Republic of Korea; South Korea; North Korea; Kosovo; Kuwait;
Kyrgyzstan; Lao PDR; Laos; Latvia; Lebanon; Lesotho; Liberia; Libya; Liechtenstein; Lithuania; Luxembourg;
Macao; Macau; Macao, China; Madagascar; Malawi; Malaysia; Maldives; Mali; Malta; Marshall Islands;
Mauritania; Mauritius; Mexico; México; Micronesia; Moldova; Republic of Moldova; Monaco; Mongolia;
Montenegro; Morocco; Mozambique; Myanmar; Namibia; Nauru; Nepal; Netherlands; New Zealand; Nicaragua;
Niger; Nigeria; North Macedonia; Norway; Oman; Pakistan; Palau; Palestine; Panama; Papua New Guinea;
Paraguay; Peru; Perú; Philippines; Poland; Portugal; Puerto Rico; Qatar; Romania; Russia; Russian
Federation; Rwanda; Saint Lucia; Samoa; San Marino; Saudi Arabia; Senegal; Serbia; Seychelles; Sierra
Leone; Singapore; Slovakia; Slovak Republic; Slovenia; Solomon Islands; Somalia; South Africa; South
Sudan; Spain; España; Sri Lanka; Sudan; Suriname; Sweden; Switzerland; Syria; Taiwan; Chinese Taipei;
Tajikistan; Tanzania; Thailand; Timor-Leste; Togo; Tonga; Trinidad and Tobago; Tunisia; Turkey; Türkiye;
Turkmenistan; Tuvalu; Uganda; Ukraine; United Arab Emirates; United Kingdom; United States; United States
of America; Uruguay; Vanuatu; Venezuela; Viet Nam; Vietnam; Yemen; Zambia; Zimbabwe; England;
Scotland; Wales; Northern Ireland; Great Britain; Niue; Cook Islands; Tokelau; French Polynesia; New Caledonia;
Guam; American Samoa; Northern Mariana Islands; Wallis and Futuna; Greenland; Faroe Islands; Bermuda;
Cayman Islands; Curaçao; Aruba; Gibraltar; Guernsey; Isle of Man; Saint Kitts and Nevis; Saint Vincent and
the Grenadines; St Lucia; St. Lucia; St. Kitts and Nevis; Sao Tome and Principe; Kyrgyz Republic; Lao People's
Democratic Republic; Islamic Republic of Iran; Federated States of Micronesia; Republic of the Marshall Islands;
United Republic of Tanzania; Republic of North Macedonia; State of Palestine; Plurinational State of Bolivia;
Bolivarian Republic of Venezuela; Syrian Arab Republic; Gambia; The Gambia; Republic of Singapore; Kingdom of Thailand;
Socialist Republic of Viet Nam; Republic of Indonesia; Republic of the Philippines; Republic of Peru; Republic of Chile
"""
# As they are called in their own or a neighbour's language; without accents, as names are compared so.
ELSEWHERE = """
Alemania; Allemagne; Deutschland; Alemanha; Belgica; Belgique; Belgien; Belgie; Brasil; Bresil; Brasilien; Canada;
Kanada; Chili; Chine; Coree; Republique de Coree; Corea; Republica de Corea; Corea del Sur; Coreia do Sul; Danemark;
Danmark; Dinamarca; Dominicana; Republica Dominicana; Espana; Espagne; Spanien; Espanha; Estados Unidos;
Estados Unidos de America; Etats-Unis; USA; EE. UU.; EEUU; Vereinigte Staaten; Finlande; Finlandia; Filipinas;
Francia; Frankreich; Franca; Grece; Grecia; Griechenland; Haiti; Hongrie; Hungria; Ungarn; Indonesie; Irlande; Irlanda;
Irland; Italie; Italia; Italien; Japon; Japao; Japan; Luxemburg; Malaisie; Malasia; Malaisia; Maroc; Marruecos;
Mexique; Mexiko; Norvege; Noruega; Norwegen; Nouvelle-Zelande; Nueva Zelanda; Nueva Zelandia; Neuseeland; Osterreich;
Autriche; Austria; Pays-Bas; Paises Bajos; Niederlande; Nederland; Paises Baixos; Papua Nueva Guinea; Perou; Peru;
Philippines; Pologne; Polonia; Polen; Portugal; Reino Unido; Royaume-Uni; Vereinigtes Konigreich; Roumanie; Rumania;
Russie; Rusia; Federacion de Rusia; Russland; Schweden; Sverige; Suecia; Suede; Schweiz; Suisse; Suiza; Svizzera;
Suica; Singapur; Singapour; Singapura; Tailandia; Thailande; Taipei Chino; China Taipei; Tchequie; Tschechien;
Turquia; Turquie; Turkei; Viet Nam; Vietna; Polska; Norge; Suomi; Hrvatska; Cesko; Magyarorszag;
Mocambique; Mozambico; Angola; Cabo Verde; Guine-Bissau; Sao Tome e Principe; Africa do Sul; Sudafrica; Afrique du Sud;
Colombia; Equador; Equateur; Uruguai; Paraguai; Bolivie; Argentinien; Argentine; Kolumbien; Colombie; Chile; Kuba;
Cuba; Jamaique; Republique dominicaine; Guatemala; Trinite-et-Tobago; Belice; Egipto; Egypte; Agypten; Egito;
Argelia; Algerie; Algerien; Tunez; Tunisie; Tunesien; Tunisia; Libia; Senegal; Costa de Marfil; Camerun; Cameroun;
Kamerun; Kenia; Quenia; Etiopia; Ethiopie; Athiopien; Nigeria; Ghana; Tanzanie; Tansania; Ouganda; Uganda; Rwanda;
Congo; Ile Maurice; Madagascar; Seychellen; Inde; Indien; Pakistan; Bangladesh; Nepal; Sri Lanka;
Birmanie; Camboya; Cambodge; Kambodscha; Laos; Brunei; Mongolia; Mongolie; Mongolei; Kazajstan; Kasachstan; Uzbekistan;
Arabia Saudita; Arabie saoudite; Saudi-Arabien; Emiratos Arabes Unidos; Emirats arabes unis; Katar; Jordania; Jordanie;
Jordanien; Libano; Liban; Libanon; Israel; Irak; Iran; Islandia; Islande; Lituania; Lituanie; Litauen; Letonia;
Lettonie; Lettland; Estonie; Estland; Eslovaquia; Slovaquie; Slowakei; Eslovenia; Slovenie; Slowenien; Croacia; Croatie;
Kroatien; Serbie; Serbien; Bulgarie; Bulgarien; Chipre; Chypre; Zypern; Ucrania; Ukraine;
Georgien; Armenia; Armenie; Bielorrusia; Moldavia; Moldavie; Fidji; Fiyi; Fidschi; Vanuatu; Samoa; Tonga; Iles Salomon;
Islas Salomon; Nouvelle-Caledonie; Polynesie francaise; Papouasie-Nouvelle-Guinee; Jepang;
Amerika Serikat; Filipina; Inggris; Selandia Baru; Jerman; Prancis; Belanda; Tiongkok; Kamboja; Nhat Ban; Han Quoc;
Trung Quoc; Thai Lan; Hoa Ky; Indonexia; Campuchia; Giappone; Stati Uniti; Regno Unito; Francia; Germania; Svezia;
中国; 日本; 韩国; 韓国; 대한민국; 한국; 新加坡; シンガポール; 싱가포르; 美国; 米国; 아메리카; 미국;
加拿大; カナダ; 캐나다;
澳大利亚; オーストラリア; 호주; 新西兰; ニュージーランド; 뉴질랜드; 马来西亚; マレーシア; 말레이시아; 泰国; タイ; 태국;
越南; ベトナム; 베트남; 印度尼西亚; 印尼; インドネシア; 인도네시아; 菲律宾; フィリピン; 필리핀; 秘鲁;
ペルー; 페루; 智利;
チリ; 칠레; 墨西哥; メキシコ; 멕시코; 俄罗斯; ロシア; 러시아; 中国台北; 中华台北; 中国香港; 香港; 일본; 중국; 法国;
フランス; 프랑스; 德国; ドイツ; 독일; 英国; イギリス; 영국; 瑞士; スイス; 스위스; 印度; インド;
인도; 文莱; 巴布亚新几内亚
"""
SHORT_FORMS = "US USA U.S. U.S.A. UK U.K. UAE PRC ROK PNG"
