"""Countries and economies as pages write them. Short forms only in capitals: "US" is one, "us" is a word."""

from __future__ import annotations

COUNTRIES = """
Afghanistan; Albania; Algeria; Andorra; Angola; Antigua and Barbuda; Argentina; Armenia; Australia;
Austria; Azerbaijan; Bahamas; Bahrain; Bangladesh; Barbados; Belarus; Belgium; Belize; Benin; Bhutan;
Bolivia; Bosnia and Herzegovina; Botswana; Brazil; Brunei; Brunei Darussalam; Bulgaria; Burkina Faso;
Burundi; Cabo Verde; Cambodia; Cameroon; Canada; Cape Verde; Central African Republic; Chad; Chile; China;
People's Republic of China; P.R. China; PR China; Colombia; Comoros; Congo; Costa Rica; Côte d'Ivoire;
Ivory Coast; Croatia; Cuba; Cyprus; Czech Republic; Czechia; Democratic Republic of the Congo; Denmark;
Djibouti; Dominica; Dominican Republic; Ecuador; Egypt; El Salvador; Equatorial Guinea; Eritrea; Estonia;
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
of America; Uruguay; Uzbekistan; Vanuatu; Venezuela; Viet Nam; Vietnam; Yemen; Zambia; Zimbabwe; England;
Scotland; Wales; Northern Ireland
"""
SHORT_FORMS = "US USA U.S. U.S.A. UK U.K. UAE PRC ROK PNG"
