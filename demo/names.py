"""Invented names: given names by sex and family names, by where a family comes from.

Lists of our own; a full name is put together by chance and is nobody's. Names are written as
their bearers write them, with their accents.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from demo.chance import Chance


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one background, and the language spoken at home where it is not English."""

    boys: tuple[str, ...]
    girls: tuple[str, ...]
    families: tuple[str, ...]
    languages: tuple[str, ...] = ()


def _names(boys: str, girls: str, families: str, languages: str = "") -> Names:
    return Names(
        tuple(boys.split()),
        tuple(girls.split()),
        tuple(name.replace("_", " ") for name in families.split()),
        tuple(languages.split(",")) if languages else (),
    )


NAMES: Mapping[str, Names] = {
    "british": _names(
        "Leo Jayden Tyrese Alfie Archie Callum Connor Corey Danny Declan Dexter Dylan Ellis "
        "Ethan Finley Frankie Freddie George Harley Harrison Harvey Hugo Isaac Jack Jacob Jake "
        "Jenson Joel Jude Kai Kian Kieran Logan Louie Lucas Luke Mason Max Mickey Nathan Noah "
        "Ollie Oscar Owen Reece Reggie Riley Robbie Ronnie Rowan Sam Sonny Stanley Taylor Teddy "
        "Theo Toby Tommy Tyler Zac Zach",
        "Maisie Isla Ruby Elodie Abbie Alexa Alice Amber Amelia Amy Ava Beth Bonnie Brooke "
        "Caitlin Casey Charlotte Chloe Daisy Darcey Eden Ella Ellie Elsie Emily Erin Esme Evie "
        "Faith Florence Freya Grace Gracie Hannah Harper Holly Imogen Ivy Jasmine Jodie Keira "
        "Lacey Lexi Libby Lilly Lola Lottie Lucy Macy Megan Mia Millie Molly Nancy Niamh Olivia "
        "Paige Phoebe Poppy Robyn Rosie Scarlett Skye Sophie Summer Tia Tilly Willow Zoë",
        "Farrant Vale Holt Marr Moyle Corran Brandreth Castell Abbot Aldous Allsop Ambler "
        "Appleyard Ashdown Askew Atherley Bagley Balfry Barraclough Bassett Beckwith Benfield "
        "Birkett Blakelock Bolsover Bonham Bostock Bracewell Bramley Briggs Brockett Bullock "
        "Burgoyne Cadman Calvert Carrick Catchpole Chadwick Charnley Clegg Colclough Copley "
        "Cragg Crowther Culshaw Dallow Darnell Dearden Denholm Dobbs Drayton Duckworth Earnshaw "
        "Eastham Eccleston Elford Entwistle Fairhurst Fallows Fenwick Fielden Fleetwood Foxley "
        "Garside Gaskell Gatley Gledhill Goddard Gosling Greenhalgh Grimshaw Hallam Hargreaves "
        "Hartley Haslam Hebden Heslop Hindle Holroyd Horrocks Hoyle Ibbotson Ingham Jagger "
        "Jessop Kettlewell Kirkham Lathom Leadbetter Lomas Lumb Makin Mallinson Marsden Mawson "
        "Midgley Molyneux Naylor Nesbitt Nuttall Oldroyd Ogden Padgett Pickles Pollitt "
        "Postlethwaite Prescot Quayle Ramsden Rigby Rushworth Sagar Scholes Shackleton Sladen "
        "Stansfield Stott Sugden Sutcliffe Tattersall Thackray Threlfall Tordoff Unsworth "
        "Varley Waddington Wardle Whiteley Whitlow Wigglesworth Woodhead Yardley",
    ),
    "irish": _names(
        "Cormac Oisín Fionn Cian Ronan Tadhg Seán Eoin",
        "Niamh Aoife Saoirse Orla Caoimhe Róisín Sinéad Ciara",
        "Ó_Briain O'Dowd McGrane Ní_Mháille Kinsella Mulvany O'Rourke Tierney Ward Connors",
    ),
    "eastern european": _names(
        "Jakub Kacper Filip Marek Tomáš Łukasz Matei Andrei Mihai Jānis Nojus Dawid",
        "Zofia Zuzanna Maja Oliwia Ioana Alexandra Milda Agnė Kateřina Wiktoria Anastasia Lenka",
        "Łaska Wójcik Kamińska Żak Dąbrowski Popescu Ionescu Moldovan Kovář Dvořák Kazlauskas "
        "Petrauskienė Bērziņš Nowicki Szymańska Ștefan",
        "Polish,Romanian,Lithuanian,Czech,Slovak",
    ),
    "caribbean": _names(
        "Tyrell Jerome Malachi Kymani Rio Dante Isaiah Tyrese Shaquille Zion",
        "Shanice Kezia Tiana Aaliyah Renée Jada Imani Naomi Nevaeh Amara",
        "Beckford Campbell-Reid Dacosta Francis Grizzle Hibbert Lawes Morrison Pinnock Samuels "
        "Thelwell Wray",
    ),
    "african": _names(
        "Kofi Kwame Tobi Ayo Chidi Emeka Abdi Yusuf Tendai Femi Idris Moussa",
        "Amara Adaeze Temi Ifeoma Abena Hodan Fatou Chipo Ngozi Ayaan Aïcha Zainab",
        "Okell Arden Adeyemi Boateng Chukwuemeka Dlamini Eze Farah Hassan Mensah Mutasa Nwosu "
        "Ogunleye Osei Owusu Sesay Traoré Warsame",
        "Yoruba,Twi,Igbo,Somali,French,Shona",
    ),
    "south asian": _names(
        "Sami Harun Zayn Bilal Hamza Rohan Arjun Ayaan Imran Kabir Rayyan Tariq",
        "Aisha Mariam Zara Priya Anika Inaya Sumaiya Nadia Hafsa Leena Tahira Simran",
        "Idrees Rahman Chowdhury Mahmood Qureshi Begum Malik Hussain Patel Nair Sandhu Rao Miah "
        "Akhtar Bhatti Siddiqui",
        "Urdu,Bengali,Punjabi,Gujarati,Sylheti",
    ),
    "turkish": _names(
        "Harun Emre Kerem Deniz Çağan Yiğit",
        "Elif Zeynep Ayşe Defne Gülşen İpek",
        "Demir Şahin Yıldız Öztürk Kılıç Aydın Güneş",
        "Turkish",
    ),
    "chinese": _names(
        "Jun Wei Haoran Kai-Ming", "Mei Xinyi Li-Na Yan", "Chen Lau Huang Zhào Ng Lǐ", "Cantonese"
    ),
    "sudanese": _names(
        "Mustafa Ahmed Idriss Yasir Adam Omer Abdelrahman Ismail",
        "Amna Rania Hiba Salma",
        "Abdalla Ishaq Eltayeb Bashir Suleiman Osman Adam_Musa Haroun",
        "Arabic",
    ),
    "eritrean": _names(
        "Filmon Yonas Merhawi Robel Henok Samuel Natnael Isaias",
        "Selam Feven Rahwa Semhar",
        "Tesfay Ghebre Haile Kidane Mehari Weldu Berhane Tekle",
        "Tigrinya",
    ),
    "afghan": _names(
        "Zabiullah Hamid Farhad Noorullah Samim Rahmat Wahid Ehsan",
        "Shabnam Laila Mursal Parwana",
        "Ahmadzai Safi Stanikzai Noori Wardak Mohmand Hotak Sahak",
        "Pashto",
    ),
    "vietnamese": _names(
        "Minh Tuấn Đức Huy Quang Long",
        "Linh Thảo Hương Mai",
        "Đặng Nguyễn Trần Lê Phạm Vũ",
        "Vietnamese",
    ),
    "kurdish": _names(
        "Karwan Rebaz Shvan Hiwa Diyar Aram Sherko Zana",
        "Shilan Rojin Avin Hêlîn",
        "Rasul Hama_Amin Kareem Mirza Qadir Salih Hawrami Barzan",
        "Kurdish (Sorani)",
    ),
    "syrian": _names(
        "Anas Khaled Majd Yazan", "Nour Rima Hala Sidra", "Al-Khatib Haddad Sabbagh Shami", "Arabic"
    ),
    "albanian": _names(
        "Arber Klajdi Endrit Mërgim Ledion Besnik",
        "Elira Anisa Dafina Jonida",
        "Hoxha Gjoka Leka Prifti Çela Shehu",
        "Albanian",
    ),
}

# Which lists a child's names come from, by ethnicity code: (list, weight)
BY_ETHNICITY: Mapping[str, Mapping[str, float]] = {
    "WIRI": {"irish": 1},
    "WIRT": {"irish": 1},
    "WOTH": {"eastern european": 5, "turkish": 2},
    "WROM": {"eastern european": 2, "british": 1},
    "MWBC": {"british": 3, "caribbean": 2},
    "MWBA": {"british": 2, "african": 3},
    "MWAS": {"british": 2, "south asian": 2},
    "MOTH": {"british": 3, "eastern european": 1, "turkish": 1},
    "BAFR": {"african": 1},
    "BCRB": {"caribbean": 1},
    "BOTH": {"caribbean": 1, "african": 1},
    "AIND": {"south asian": 1},
    "APKN": {"south asian": 1},
    "ABAN": {"south asian": 1},
    "AOTH": {"south asian": 1, "turkish": 1},
    "CHNE": {"chinese": 1},
    "OOTH": {"turkish": 1, "kurdish": 1},
}
MIXED = ("MWBC", "MWBA", "MWAS", "MOTH")
SHORT_FORMS: Mapping[str, str] = {
    "Alexandra": "Lexi",
    "Abdelrahman": "Abdo",
    "Charlotte": "Lottie",
    "Chukwuemeka": "Emeka",
    "Florence": "Flo",
    "Harrison": "Harry",
    "Katerina": "Katka",
    "Nathan": "Nate",
    "Noorullah": "Noor",
    "Oliwia": "Liv",
    "Theo": "Ted",
    "Wiktoria": "Wiki",
    "Zabiullah": "Zabi",
    "Zuzanna": "Zuzia",
}


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name put together, with the language of the list it came from ("" for English)."""

    given: str
    family: str
    known_as: str = ""
    language: str = ""


def a_name(chance: Chance, *, sex: str, background: str) -> PersonName:
    """A name of one background; a short form for some."""
    names = NAMES[background]
    given = chance.choice(names.boys if sex == "M" else names.girls)
    short = SHORT_FORMS.get(given, "") if chance.happens(0.6) else ""
    language = chance.choice(names.languages) if names.languages else ""
    return PersonName(given, chance.choice(names.families), short, language)


def a_child_name(chance: Chance, *, sex: str, ethnicity: str, origin: str = "") -> PersonName:
    """A child's name; one of mixed background may have its two names from two lists."""
    if origin:
        return a_name(chance, sex=sex, background=origin)
    weights = BY_ETHNICITY.get(ethnicity, {"british": 1})
    first = a_name(chance, sex=sex, background=chance.one_of(weights))
    if ethnicity not in MIXED:
        return first
    second = a_name(chance, sex=sex, background=chance.one_of(weights))
    return PersonName(first.given, second.family, first.known_as)
