"""Given names in lower case, for a model that learns to write some of its own."""

_TEXT = """
aaron abigail ada adam adela adele adrian adriana agatha agnes aidan aisha alan alana albert
alessandra alessandro alex alexander alexandra alexis alfred alice alicia alina alison allan
alma alvin amanda amber amelia amelie amina amir amos amy ana anastasia andre andrea andreas
andrew angela angelica angelina anika anita ann anna annabel anne annette annika anthony antoine
anton antonia antonio april ariana ariel arnold arthur asha astrid athena aubrey audrey august
aurora austin ava avery axel barbara basil beatrice beatrix belinda bella benedict benjamin
bernadette bernard bertha bertram bianca blake blanche bonnie boris bradley brandon brenda brian
bridget bruce bruno bryan caleb calvin camila camille carl carla carlos carmen carol carolina
caroline casper cassandra catherine cecilia cedric celeste celia charles charlotte chester chloe
christian christina christine christopher clara clarence clarissa claude claudia clayton
clemens clement clifford clive colette colin connor conrad constance cora corinne cornelia
craig crystal curtis cynthia cyril daisy dalia damian damon dana daniel daniela danielle daphne
dario darren david dawn deborah declan delia denise dennis derek desmond diana diego dimitri
dina dominic donald donna dora doreen doris dorothea dorothy douglas duncan dylan edgar edith
edmund eduardo edward edwin eileen elaine eleanor elena eleni eli eliana elias elijah elisa
elise eliza elizabeth ella ellen elliot eloise elsa elsie emil emile emilia emily emma emmanuel
enid enrico eric erica erik erin ernest esme esther ethan eugene eva evan evangeline evelyn
ezra fabian faith fatima felicia felicity felix fernando fiona flora florence frances francesca
francis frank freda frederick freya gabriel gabriela gareth gavin gemma geoffrey george
georgia georgina gerald gerard gertrude gideon gilbert giles gina giovanni giselle gloria
godfrey gordon grace graham grant gregory greta guido gustav gwen gwendolyn hamish hanna
hannah harold harriet harris harry harvey hazel heather hector heidi helen helena helga henrik
henry herbert herman hilary hilda holly hope horace howard hubert hugh hugo ian ida ignacio
igor ilse imogen ines ingrid irene iris irma isaac isabel isabella isidore isla ivan ivy jack
jacob jade james jamila jan jana jane janet jared jasmine jason jasper javier jean jennifer
jeremy jerome jesse jessica joan joanna joel johanna john jonah jonas jonathan jordan joseph
josephine joshua joyce juan judith julia julian juliana julie juliet julius june justin kai
karen karina karl kate katharine kathleen katrina keith kelly kenneth kevin kiara kieran
kirsten klara klaus konrad kristina kurt kyle lambert lara laura lauren laurence leah leila
lena leo leon leona leonard leonora leopold leroy leslie lewis liam lidia lila lilian lily
linda linnea lionel lisa livia logan lola lorenzo lorna lorraine louis louisa louise luca lucas
lucia lucian lucille lucinda lucy ludwig luis luna luther lydia lyle mabel madeleine madison
magda magnus maia malcolm malik mara marcel marcella marco marcus margaret margot maria mariam
marian mariana marie marina mario marion marisa marjorie mark marlene marlon martha martin
martina mary mateo matilda matthew maud maurice mavis max maxine maya megan melanie melinda
melissa mercedes mercy meredith michael michelle miguel mila mildred miles millicent milo mina
minerva miranda miriam mohamed moira molly mona monica morgan morris muriel myra nadia nadine
nancy naomi natalia natalie natasha nathan nathaniel neil nell nelson nestor nicholas nicola
nicole nigel nina noah noel noelle nora norbert norma norman octavia odette olaf oleg olga
olive oliver olivia omar ophelia orlando orson oscar oswald otis otto owen pablo paloma pamela
pascal patricia patrick paul paula paulina pauline pearl pedro penelope percy peter petra philip
philippa phoebe phyllis pierre piper priscilla quentin rachel rafael ralph ramona randolph
raquel raymond rebecca regina reginald renata rene rhoda ricardo richard rita robert roberta
robin roderick rodney roger roland roman ronald rosa rosalie rosalind rosamund rose rosemary
rowan roxana roy ruben ruby rudolf rufus rupert russell ruth ryan sabina sabrina sadie salma
salvador samantha samson samuel sandra sara sarah saul scarlett sean sebastian selena selma
serena seth sharon shaun sheila sibyl sidney sienna sigrid silas silvia simon simone sofia
sonia sophia sophie spencer stanley stefan stella stephanie stephen steven stuart susan
susanna sven sylvester sylvia tabitha tamara tania tara tatiana terence teresa tessa thea
thelma theo theodora theodore theresa thomas tiffany timothy tobias toby tracy travis trevor
tristan ulrich ulrika una ursula valentina valentine valerie vanessa vera verena vernon
veronica victor victoria vincent viola violet virgil virginia vivian vivienne vladimir wallace
walter wanda warren wayne wendy wesley wilfred wilhelm willa william winifred winston xavier
yolanda yvette yvonne zachary zara zelda zoe
"""

NAMES: tuple[str, ...] = tuple(_TEXT.split())
